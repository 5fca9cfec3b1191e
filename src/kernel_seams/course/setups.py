"""Set-ups of a kernel, sound and broken, made live: real environments, real kernelspecs, in a folder of their own.

    from kernel_seams.course import setups

    setup = setups.make("hidden", folder)

In each, the kernel `name` is meant to run the environment "meant", and a
module of "module" is meant to be imported from there. What is wrong is one of
`CAUSES`; that it is wrong is for others to find out.

    FOLDER/meant/  other/          two environments: bin/python, lib/python3.N/site-packages/
           first/kernels/NAME/     a kernelspec; where another one of that name lies behind it,
           second/kernels/NAME/    that one
           elsewhere/              what PYTHONPATH names, where it is set
           user/                   the user site, PYTHONUSERBASE
"""

from __future__ import annotations

import json
import os
import re
import site
import sys
import sysconfig
import venv
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from kernel_seams.course.check import words

__all__ = ["CAUSES", "environment", "make", "packages", "short"]

CAUSES = {
    "sound": "It runs the interpreter that is meant and imports from there.",
    "gone": "Its kernel.json names an interpreter that is not there any more.",
    "other": "Its kernel.json names an interpreter of another environment.",
    "hidden": "There is a kernel.json that names the right interpreter, and another one of that name is found first.",
    "ipykernel": "The interpreter is the right one, and its environment has no ipykernel.",
    "PYTHONPATH": "The interpreter is the right one, and PYTHONPATH in its kernel.json brings another module.",
    "user site": "The interpreter is the right one, and the module comes from the user's own folder of packages.",
}
LAUNCH = ("-m", "ipykernel_launcher", "-f", "{connection_file}")


def make(cause: str, folder: str | Path, name: str = "analysis", *, activated: bool = False) -> dict[str, Any]:
    """Make a set-up with this `cause` in `folder`, which is empty: plain data that says where it is.

    "name" of the kernel, "jupyter_path" (folders, in the order of the search),
    "meant" (the interpreter), "module", and "variables" (of the process that
    would start the kernel). With `activated`, the kernel starts as if the other
    environment had been activated before: PATH and VIRTUAL_ENV name it.
    """
    root = Path(folder).resolve()
    module = f"tides_{words(1)[0]}"
    meant = environment(root / "meant", ipykernel=cause != "ipykernel", system=cause == "user site")
    other = environment(root / "other")
    variables = {"PYTHONUSERBASE": str(root / "user"), "PYTHONNOUSERSITE": "", "PYTHONPATH": ""}
    holds = _user_site(root / "user") if cause == "user site" else packages(meant)
    _write(holds / f"{module}.py", f"place = {cause!r}\n")
    env = {"PATH": f"{other.parent}{os.pathsep}${{PATH}}", "VIRTUAL_ENV": str(root / "other")} if activated else {}
    if cause in ("PYTHONPATH", "sound"):
        # In the sound one the folder holds nothing: a variable alone breaks nothing.
        (root / "elsewhere").mkdir()
        env["PYTHONPATH"] = str(root / "elsewhere")
    if cause == "PYTHONPATH":
        _write(root / "elsewhere" / f"{module}.py", "place = 'elsewhere'\n")
    first, second = root / "first", root / "second"
    _write_spec(first / "kernels" / name, other if cause in ("other", "hidden") else meant, env)
    if cause in ("hidden", "sound"):
        _write_spec(second / "kernels" / name, meant if cause == "hidden" else other, {})
    if cause == "gone":
        meant.unlink()
        meant.symlink_to(root / "removed" / "bin" / "python")
    path = [str(place) for place in (first, second) if place.is_dir()]
    return {"name": name, "jupyter_path": path, "meant": str(meant), "module": module, "variables": variables}


def environment(folder: Path, *, ipykernel: bool = True, system: bool = False) -> Path:
    """The interpreter of a new environment in `folder`, with a pip of its own, made without the network.

    What this environment has is found from there where `ipykernel` is set; with
    `system` the user site is open to it.
    """
    venv.create(folder, symlinks=True, system_site_packages=system)
    python = folder / "bin" / "python"
    if ipykernel:
        _write(packages(python) / "workshop.pth", "\n".join(_own_packages()) + "\n")
    # Not importlib.util.find_spec: setuptools answers that one for pip, with a warning once distutils is loaded.
    found = PathFinder.find_spec("pip")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("This environment has no pip; `./scripts/workshop` brings one.")
    (packages(python) / "pip").symlink_to(found.submodule_search_locations[0])
    script = folder / "bin" / "pip"
    _write(script, f"#!{python}\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n")
    script.chmod(0o755)
    return python


def packages(python: Path) -> Path:
    """Where the environment of that interpreter has its packages."""
    prefix = str(python.parent.parent)
    return Path(sysconfig.get_path("purelib", "venv", {"base": prefix, "platbase": prefix}))


def short(value: Any, folder: str | Path) -> Any:
    """`value`, plain data, with its paths written the same on every machine: those in `folder` from there on."""
    if isinstance(value, dict):
        return {key: short(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [short(item, folder) for item in value]
    if not isinstance(value, str):
        return value
    for root in (str(Path(folder).resolve()), str(folder)):
        value = value.replace(f"{root}{os.sep}", "")
    value = value.replace(sys.prefix, "THIS-NOTEBOOK'S")
    return re.sub(r"lib/python3\.\d+", "lib/python3.N", re.sub(r"bin/python[0-9.]+", "bin/python", value))


def _own_packages() -> list[str]:
    return list(dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]))


def _user_site(base: Path) -> Path:
    scheme = sysconfig.get_preferred_scheme("user")
    return Path(sysconfig.get_path("purelib", scheme, {"userbase": str(base)}))


def _write_spec(folder: Path, python: Path, env: dict[str, str]) -> None:
    content = {"argv": [str(python), *LAUNCH], "display_name": "Python (analysis)", "language": "python", "env": env}
    _write(folder / "kernel.json", json.dumps(content, indent=1) + "\n")
    _write(folder / "logo-svg.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>\n')


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
