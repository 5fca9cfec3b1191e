"""Tapped kernelspecs: KERNEL-tapped starts our tap around the real argv of KERNEL, under any front-end.

    argv   [python, -E, -P, -m, kernel_seams.wire.tap, ..., KERNEL, {connection_file}, --, <the real argv>]
    rest   as KERNEL has it: language, env, interrupt_mode, metadata (debugger, supported_encryption), logos

`-E -P` keep what is meant for the kernel from the tap: PYTHONPATH, and a `json.py` in the notebook's folder.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir

from kernel_seams.errors import SpecError
from kernel_seams.kernels.install import kernels_folder
from kernel_seams.kernels.interpreter import resolve
from kernel_seams.kernels.specs import Kernelspec, find_kernelspecs, read_kernelspec, usable_kernelspecs

SUFFIX = "-tapped"
# The placeholder of the connection file that the tap writes for the kernel; no front-end fills it in.
INNER = "{tapped_connection_file}"
LAUNCH = ("-E", "-P", "-m", "kernel_seams.wire.tap")
LOCAL = "local-provisioner"


@dataclass(frozen=True)
class Tapped:
    """A tapped kernelspec, and the name of the kernel it taps."""

    spec: Kernelspec
    kernel: str

    def to_json(self) -> dict[str, Any]:
        """The spec as plain data."""
        return {"kernel": self.kernel, **self.spec.to_json()}


def install(name: str, *, prefix: Path | None = None, user: bool = False, traces: Path | None = None) -> Tapped:
    """Install `name`-tapped into `prefix` (default: this environment's), or for the `user`; one of ours is replaced.

    The traces go to `traces`, or to Jupyter's runtime folder. `SpecError` if `name` cannot be tapped.
    """
    specs = usable_kernelspecs()
    if name not in specs:
        raise SpecError(f"There is no kernel {name!r} to tap. There are {', '.join(specs) or 'none'}.")
    spec = specs[name]
    argv = _argv(spec, traces)
    _try_tap(argv)
    target = kernels_folder(prefix or Path(sys.prefix)) / f"{name}{SUFFIX}"
    if user and prefix is None:
        target = Path(jupyter_data_dir()) / "kernels" / target.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, spec, argv)
    except OSError as error:
        hint = "" if user else " `--user` writes into your own data folder."
        raise SpecError(f"The kernelspec cannot be written to {target}: {error.strerror}.{hint}") from None
    if prefix is None:
        _must_be_found(target)
    return Tapped(read_kernelspec(target), name)


def tapped() -> list[Tapped]:
    """The tapped kernelspecs that Jupyter would find."""
    return [Tapped(spec, kernel) for spec in find_kernelspecs() if (kernel := kernel_of(spec))]


def remove(name: str) -> Path:
    """Remove the tapped kernelspec of the kernel `name`; the folder that went."""
    found = next((one for one in tapped() if name in (one.kernel, one.spec.name)), None)
    if found is None:
        there = ", ".join(one.kernel for one in tapped()) or "none"
        raise SpecError(f"The kernel {name!r} is not tapped. Tapped are: {there}.")
    try:
        shutil.rmtree(found.spec.folder)
    except OSError as error:
        raise SpecError(f"{found.spec.folder} cannot be removed: {error.strerror}.") from None
    return found.spec.folder


def _argv(spec: Kernelspec, traces: Path | None) -> list[str]:
    """The argv that starts the tap around that of `spec`."""
    if kernel_of(spec):
        raise SpecError(f"{spec.name} is a tap already: it taps {kernel_of(spec)}.")
    stanza = spec.metadata.get("kernel_provisioner")
    provisioner = stanza.get("provisioner_name", LOCAL) if isinstance(stanza, dict) else LOCAL
    if provisioner != LOCAL:
        raise SpecError(f"{spec.name} is started by the kernel provisioner {provisioner!r}, elsewhere; it has no tap.")
    if not any("{connection_file}" in part for part in spec.argv):
        raise SpecError(f"The argv of {spec.name} names no {{connection_file}}, so there is no place for a tap.")
    real = [part.replace("{connection_file}", INNER).replace("{resource_dir}", str(spec.folder)) for part in spec.argv]
    first = resolve(spec).path
    if spec.argv[0].startswith("python") and first is not None:
        real[0] = str(first)  # a bare python means Jupyter's own, which the tap would not know
    said = ["--display-name", spec.display_name, "--language", spec.language]
    said += ["--traces", str(traces.absolute())] if traces else []
    return [sys.executable, *LAUNCH, *said, spec.name, "{connection_file}", "--", *real]


def _write(target: Path, spec: Kernelspec, argv: list[str]) -> None:
    """Make the spec aside and swap it in, so that no half-written spec is ever found."""
    with tempfile.TemporaryDirectory(prefix=".seams-", dir=target.parent.parent) as aside:
        fresh = Path(aside) / target.name
        fresh.mkdir()
        for resource in spec.folder.iterdir():
            if resource.is_file() and resource.name != "kernel.json":
                shutil.copy(resource, fresh)
        (fresh / "kernel.json").write_text(json.dumps(_content(spec, argv), indent=1) + "\n")
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)


def _content(spec: Kernelspec, argv: list[str]) -> dict[str, Any]:
    """The kernel.json of `spec`, all of it, but for what makes it tapped."""
    try:
        content = json.loads((spec.folder / "kernel.json").read_text())
    except FileNotFoundError:  # the python3 that Jupyter makes up where no spec has that name
        from ipykernel.kernelspec import get_kernel_dict

        content = get_kernel_dict()
    metadata = {**content.get("metadata", {}), "kernel_seams": {"taps": spec.name}}
    return {**content, "argv": argv, "display_name": f"{spec.display_name} (tapped)", "metadata": metadata}


def kernel_of(spec: Kernelspec) -> str | None:
    """The name of the kernel that `spec` taps, None if it is no tap."""
    ours = spec.metadata.get("kernel_seams")
    name = ours.get("taps") if isinstance(ours, dict) else None
    return name if isinstance(name, str) else None


def _try_tap(argv: list[str]) -> None:
    """See that the interpreter finds the tap under the flags it will be started with."""
    done = subprocess.run([*argv[: 1 + len(LAUNCH)], "--help"], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode != 0:
        words = (done.stderr.strip().splitlines() or ["nothing on stderr"])[-1]
        raise SpecError(
            f"{argv[0]} does not start the tap: {words}. kernel_seams must be installed in its environment; "
            "what PYTHONPATH adds does not count."
        )


def _must_be_found(target: Path) -> None:
    found = next((spec for spec in find_kernelspecs() if spec.folder == target), None)
    if found is None:
        raise SpecError(f"{target} is written, but Jupyter does not look there. `--user` writes where it does.")
    if not found.usable:
        raise SpecError(f"{target} is written, but not used: {found.problem or f'hidden by {found.hidden_by}'}.")
