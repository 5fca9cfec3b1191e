"""The folders of kernelspecs as Jupyter searches them, and what each kernelspec in them launches."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from kernel_seams.doctor.facts import Folder, Jupyter, Kernel
from kernel_seams.doctor.launch import Server, launch
from kernel_seams.doctor.look import exists, is_dir, is_file, is_link
from kernel_seams.doctor.programs import closed_folder
from kernel_seams.kernels.specs import NATIVE_KERNEL, Kernelspec, name_problem, read_kernelspec, with_hiding

SPEC_BYTES = 65536


def look_into(path: Path) -> Folder:
    """The folder as it is for this user: listed, closed, or not there."""
    try:
        entries = sorted(os.listdir(path))  # noqa: PTH208 (names only; a thousand is not rare on a cluster)
    except PermissionError:
        return Folder(path, closed=closed_folder(path / "x") or path)
    except OSError:
        links = (place for place in (path, *path.parents) if is_link(place) and not exists(place))
        return Folder(path, dangling=next(links, None))
    stray = [path / name for name in entries[:2000] if name == "kernel.json" or _is_spec(path / name)]
    for name in entries[:2000]:
        stray.extend(_stray_in(path / name))
    lost = [path / name for name in entries[:2000] if is_link(path / name) and not exists(path / name)]
    return Folder(path, listed=True, stray=tuple(stray), lost=tuple(lost))


def _is_spec(file: Path) -> bool:
    """Whether a file among the folders was meant to be a kernelspec: not a copy of one that has its folder."""
    try:
        if file.suffix not in {"", ".json"} or not is_file(file) or file.stat().st_size > SPEC_BYTES:
            return False
        if is_dir(file.with_suffix("")):
            return False
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and "argv" in content


def _stray_in(folder: Path) -> list[Path]:
    """Files that were meant to be the kernel.json of `folder` and are not seen as such."""
    try:
        if not is_dir(folder) or exists(folder / "kernel.json"):
            return []
        below = sorted(folder.iterdir())[:100]
        deeper = [path / "kernel.json" for path in below if is_file(path / "kernel.json")]
        return deeper + [path for path in below if is_file(path) and path.name.lower().startswith("kernel.json")]
    except OSError:
        return []


def find_kernels(jupyter: Jupyter, environment: Mapping[str, str], home: Path, folder: Path) -> list[Kernel]:
    """Every kernelspec in the folders of this Jupyter, and what it launches; no interpreter is asked yet."""
    told = jupyter.python.raw.get("jupyter", {}) if jupyter.python else {}
    provisioners = set(told.get("provisioners", ())) | {"local-provisioner"} if jupyter.client else None
    specs: list[Kernelspec] = []
    for place in jupyter.folders:
        specs.extend(_specs_in(place, provisioners) if place.listed else ())
    if not any(spec.name == NATIVE_KERNEL and not spec.unseen for spec in specs) and told.get("native"):
        specs.append(_native(str(told["native"])))
    python = jupyter.python
    where = Server(
        python=Path(python.executable) if python and python.executable else None,
        prefix=python.prefix if python else "{prefix}",
        version=python.version if python else (3,),
        home=str(home),
        folder=str(folder),
    )
    return [Kernel(spec, launch(spec, where, environment)) for spec in with_hiding(specs)]


def _specs_in(place: Folder, provisioners: set[str] | None) -> Iterable[Kernelspec]:
    for name in sorted(os.listdir(place.path)):  # noqa: PTH208
        if not is_dir(place.path / name):
            continue
        # Where no Jupyter is known, neither are its provisioners: any is taken for present.
        spec = read_kernelspec(place.path / name, provisioners=provisioners)
        # Jupyter only warns of such a name; the kernel starts.
        yield replace(spec, problem=None) if spec.problem == name_problem(spec.name) else spec


def _native(resources: str) -> Kernelspec:
    argv = ("python", "-m", "ipykernel_launcher", "-f", "{connection_file}")
    return Kernelspec(NATIVE_KERNEL, Path(resources), argv, "Python 3 (ipykernel)", "python")
