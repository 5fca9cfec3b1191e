"""The cell that `seams doctor --cell` prints: what a kernel is, said from inside it.

It is text to the rest of the package and is never imported by it: `inside`
prints it from its first comment on, with the module that is asked for in place
of MODULE, and reads back what it printed.
"""

# mypy: ignore-errors
# ruff: noqa

# seams doctor: run this cell in the kernel in trouble, then give all it prints to `seams doctor error -`.
# It reads and prints, changes nothing, and needs nothing but Python itself (3.6 or newer).
import importlib.util, json, os, platform, shutil, sys, traceback


class SeamsDoctor:
    KEPT = "HOME PATH VIRTUAL_ENV CONDA_PREFIX LD_LIBRARY_PATH MPLBACKEND IPYTHONDIR JUPYTER_PATH".split()

    def find(name):
        """Where an import would come from."""
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            return None
        folders = [str(folder) for folder in (spec.submodule_search_locations if spec else None) or ()]
        return spec and {"file": spec.origin if isinstance(spec.origin, str) else "", "folders": folders}

    def imported(name):
        """What an import gives here and now."""
        try:
            __import__(name)
        except BaseException as error:
            return {"error": traceback.format_exc()[-4000:], "missing": str(getattr(error, "name", "") or "")}
        module = sys.modules[name.partition(".")[0]]
        return {"file": str(getattr(module, "__file__", "")), "version": str(getattr(module, "__version__", ""))}

    def connection():
        """The connection file, how old it is, and its kernel's name; the key stays where it is."""
        file = next((word.rpartition("=")[2] for word in sys.argv[1:] if word.endswith(".json")), "")
        try:
            with open(file) as opened:
                return {"file": file, "since": os.stat(file).st_mtime, "name": json.load(opened).get("kernel_name")}
        except (OSError, ValueError):
            return {"file": file, "since": 0, "name": ""}

    def installed():
        """{folder: what is installed in it} for each folder on the path."""
        found = {}
        for folder in [entry for entry in sys.path if os.path.isdir(entry)]:
            records = [name.rpartition(".")[0].split("-") for name in os.listdir(folder) if name.endswith("-info")]
            found[folder] = " ".join(sorted("==".join(record[:2]) for record in records if len(record) > 1))
        return found

    def python():
        """Which interpreter this is."""
        managed = os.path.join(os.path.dirname(os.__file__), "EXTERNALLY-MANAGED")
        return {
            "version": list(sys.version_info[:3]),
            "implementation": sys.implementation.name,
            "executable": sys.executable,
            "prefix": sys.prefix,
            "base_prefix": sys.base_prefix,
            "path": [str(entry) for entry in sys.path],
            "stdlib": os.path.dirname(os.__file__),
            "managed": managed if os.path.exists(managed) else "",
            "user_site": str(getattr(sys.modules.get("site"), "USER_SITE", "") or ""),
            "user_site_used": bool(getattr(sys.modules.get("site"), "ENABLE_USER_SITE", False)),
            "pip": SeamsDoctor.find("pip") is not None,
        }

    def facts(wanted):
        """All that is known from inside."""
        loaded = [(name, getattr(module, "__file__", "") or "") for name, module in list(sys.modules.items())]
        kept = {k: v for k, v in os.environ.items() if k in SeamsDoctor.KEPT or k.startswith("PYTHON")}
        return {
            "host": platform.node(),
            "python": SeamsDoctor.python(),
            "argv": getattr(sys, "orig_argv", [sys.executable] + sys.argv),
            "folder": os.getcwd(),
            "environment": kept,
            "pip": shutil.which("pip") or "",
            "beside": {n: f for n, f in loaded if "." not in n and os.path.dirname(f) == os.getcwd()},
            "connection": SeamsDoctor.connection(),
            "installed": SeamsDoctor.installed(),
            "wanted": wanted,
            "found": SeamsDoctor.find(wanted.partition(".")[0]) if wanted else None,
            "imported": SeamsDoctor.imported(wanted) if wanted else None,
        }


if __name__ == "__main__":
    print("--- seams doctor: a kernel, from inside ---")
    print("\n".join(json.dumps({key: value}) for key, value in SeamsDoctor.facts("MODULE").items()))
    print("--- end ---")
