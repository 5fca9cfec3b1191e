"""The questions an interpreter is asked, run inside it with ``python -B -c``.

Any Python from 2.7 up answers. It is text to the rest of the package and is
never imported by it. It prints lines that begin with a word nobody else knows,
so that what a library or a sitecustomize prints cannot be taken for an answer;
the second line is missing where an import ended the process. The texts of
``ask_jupyter.py`` and ``ask_settings.py`` belong to it and are put in before the last two lines.

    argv: word, module that argv names after -m, modules to import, names to find, folder to find them in, "jupyter",
          settings of IPython to judge
"""
# mypy: ignore-errors
# ruff: noqa

import sys

BEFORE = set(sys.modules)  # what is loaded before the folder the kernel starts in can get in the way
WORD, MODULE, IMPORTS, NAMES, FOLDER, ROLE, SETTINGS = sys.argv[1:8]


def early_modules():
    """What `python -m` and the first lines of ipykernel_launcher load while the kernel's folder is first on the path."""
    import runpy

    try:
        from pathlib import Path
    except ImportError:
        pass
    return loaded_from_files(set(sys.modules) - BEFORE)


def loaded_from_files(names):
    """The top-level ones of the loaded `names` that came from a file, so that another file could take their place."""
    found = set()
    for name in names:
        spec = getattr(sys.modules.get(name), "__spec__", None)
        origin = getattr(spec, "origin", None) or getattr(sys.modules.get(name), "__file__", None)
        if "." not in name and origin not in (None, "built-in", "frozen"):
            found.add(name)
    return sorted(found)


EARLY = early_modules()
if sys.path and sys.path[0] == "":
    del sys.path[0]

import json
import os


def say(answer):
    os.write(1, ("\n" + WORD + json.dumps(answer) + "\n").encode("ascii"))


def listing(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def about():
    """Who this interpreter is."""
    flags = sys.flags
    stdlib = os.path.dirname(os.__file__)
    site = sys.modules.get("site")
    return {
        "version": list(sys.version_info[:3]),
        "implementation": getattr(getattr(sys, "implementation", None), "name", "cpython"),
        "executable": sys.executable,
        "prefix": sys.prefix,
        "base_prefix": getattr(sys, "real_prefix", None) or getattr(sys, "base_prefix", sys.prefix),
        "path": [entry for entry in sys.path if isinstance(entry, str)],
        "stdlib": stdlib,
        "stdlib_names": sorted(getattr(sys, "stdlib_module_names", ())),
        "builtin": list(sys.builtin_module_names),
        "isolated": bool(getattr(flags, "isolated", 0)),
        "safe_path": bool(getattr(flags, "safe_path", 0) or getattr(flags, "isolated", 0)),
        "ignores_environment": bool(flags.ignore_environment),
        "user_site": getattr(site, "USER_SITE", None) or "",
        "user_site_used": bool(getattr(site, "ENABLE_USER_SITE", False)),
        "managed": os.path.join(stdlib, "EXTERNALLY-MANAGED")
        if os.path.exists(os.path.join(stdlib, "EXTERNALLY-MANAGED"))
        else "",
        "early": EARLY,
        "pip": find("pip") is not None,
        "ensurepip": find("ensurepip") is not None,
        "customized": [
            getattr(sys.modules[n], "__file__", "") or ""
            for n in ("sitecustomize", "usercustomize")
            if n in sys.modules
        ],
        "dists": distributions(),
        "lost": lost_folders(),
    }


def find(name):
    """Where an import of the top-level module `name` would come from, or None; nothing is executed."""
    try:
        import importlib.util

        spec = importlib.util.find_spec(name)
    except ImportError:
        return None
    except Exception:  # a loaded module without a spec, such as __main__
        file = getattr(sys.modules.get(name), "__file__", None)
        return {"file": file, "folders": []} if file else None
    if spec is None:
        return None
    return {
        "file": spec.origin if isinstance(spec.origin, str) else "",
        "folders": [str(f) for f in spec.submodule_search_locations or ()],
    }


def lost_folders():
    """[file, folder, module or ""] for each folder that an editable install or a .pth file lends and that is gone."""
    import io
    import re

    found = []
    for site in sys.path:
        for entry in listing(site):
            if not entry.endswith(".pth") and not (entry.startswith("__editable__") and entry.endswith(".py")):
                continue
            try:
                with io.open(os.path.join(site, entry), encoding="utf-8", errors="replace") as opened:
                    text = opened.read(100000)
            except (OSError, IOError):
                continue
            lent = [("", line.strip()) for line in text.splitlines() if line.startswith("/")]
            if entry.endswith(".py"):
                lent = re.findall(r"'([\w.]+)': '(/[^']+)'", text)
            found.extend([os.path.join(site, entry), path, name] for name, path in lent if not os.path.exists(path))
    return found[:100]


def distributions():
    """[name, version, folder, its metadata's folder] of each distribution on the path, first first."""
    found = []
    for folder in sys.path:
        for entry in listing(folder):
            stem, dot, kind = entry.rpartition(".")
            if kind in ("dist-info", "egg-info") and "-" in stem:
                found.append([entry, folder])
    return [read_distribution(entry, folder) for entry, folder in found[:3000]]


def read_distribution(entry, folder):
    parts = entry.rpartition(".")[0].split("-")
    name, version = canonical(parts[0]), parts[1]
    return [name, version, folder, entry]


def canonical(name):
    return name.lower().replace("_", "-").replace(".", "-")


def metadata(folder, entry):
    """(what it requires, the Python it requires) of one distribution."""
    import io

    requires, python = [], ""
    for file in ("METADATA", "PKG-INFO"):
        try:
            with io.open(os.path.join(folder, entry, file), encoding="utf-8", errors="replace") as text:
                for line in text.read(200000).split("\n\n")[0].splitlines():
                    key, _, value = line.partition(":")
                    if key.lower() == "requires-dist":
                        requires.append(value.strip())
                    elif key.lower() == "requires-python":
                        python = value.strip()
        except (OSError, IOError):
            continue
        break
    return requires, python


def requirements(roots, dists):
    """{name: {requires, python}} of `roots` and all they need, as far as installed."""
    import re

    first, result, todo = {}, {}, [canonical(root) for root in roots]
    for name, _, folder, entry in dists:
        first.setdefault(name, (folder, entry))
    while todo:
        name = todo.pop()
        if name in result or name not in first:
            continue
        requires, python = metadata(*first[name])
        requires = [one for one in requires if not re.search(r"\bextra\s*==", one)]
        result[name] = {"requires": requires, "python": python}
        todo.extend(canonical(re.match(r"[A-Za-z0-9._-]*", one).group()) for one in requires)
    return result


def module_problem(name):
    """Why ``python -m name`` would not start, without importing anything of it, or an empty string."""
    if not name:
        return ""
    top = find(name.split(".")[0])
    if top is None:
        return "No module named " + name.split(".")[0]
    parts, folders = name.split(".")[1:], top["folders"]
    for part in parts:
        inside = [os.path.join(folder, part) for folder in folders]
        packages = [path for path in inside if os.path.isdir(path)]
        files = [path for path in inside if os.path.isfile(path + ".py") or compiled(path)]
        if not packages and not files:
            return "No module named " + name
        folders = packages if not files else []
    if folders and not any(
        os.path.isfile(os.path.join(f, "__main__.py")) or compiled(os.path.join(f, "__main__")) for f in folders
    ):
        return "'%s' is a package and cannot be directly executed: it has no __main__" % name
    return ""


def compiled(path):
    folder, name = os.path.split(path)
    return any(
        entry.startswith(name + ".") and entry.rpartition(".")[2] in ("so", "pyd", "pyc") for entry in listing(folder)
    )


def try_imports(names):
    """What came of importing `names` one after the other: None or the first failure."""
    for name in names:
        try:
            __import__(name)
        except BaseException as error:
            return failure(name, error, sys.exc_info()[2])
    return None


def failure(name, error, trace):
    frames = []
    while trace is not None and len(frames) < 200:
        frames.append([trace.tb_frame.f_code.co_filename, trace.tb_lineno])
        trace = trace.tb_next
    return {
        "module": name,
        "kind": type(error).__name__,
        "message": str(error)[:2000],
        "missing": str(getattr(error, "name", "") or ""),
        "path": str(getattr(error, "path", "") or getattr(error, "filename", "") or ""),
        "frames": [frame for frame in frames if not frame[0].startswith("<")][-12:],
    }


def main():
    facts = about()
    if ROLE == "jupyter":
        facts["jupyter"] = about_jupyter()
    facts["module_problem"] = module_problem(MODULE)
    roots = [MODULE.split(".")[0] or "ipykernel", "ipykernel"]
    facts["requirements"] = requirements(roots, facts["dists"])
    facts["found"] = find_names()
    say(facts)
    imports = [name for name in IMPORTS.split(",") if name]
    if ROLE == "if-required" and "ipykernel" not in requirements(roots[:1], facts["dists"]):
        imports = []
    failed = try_imports(imports)
    loaded = loaded_from_files(set(sys.modules))
    say({"failure": failed, "loaded": loaded, "refused": [] if failed else refused(SETTINGS)})


def find_names():
    """Where user code in FOLDER would find NAMES; a kernel puts the notebook's folder first on its path."""
    if FOLDER:
        sys.path.insert(0, FOLDER)
    found = dict((name, find(name)) for name in NAMES.split(",") if name)
    if FOLDER:
        del sys.path[0]
    return found


main()
os._exit(0)  # neither a thread nor an atexit hook of what was imported may hold it up
