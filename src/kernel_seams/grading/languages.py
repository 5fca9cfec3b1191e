"""What runs a notebook: this interpreter, a bash, or the kernel that its kernelspec starts."""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_seams.errors import GradingError

__all__ = ["Language", "language_of"]

THIS = {"python", "python3", f"python3.{sys.version_info[1]}"}  # what Jupyter replaces by the interpreter that runs it


@dataclass(frozen=True)
class Language:
    """A name, "python", "bash" or "kernel"; of a kernel what starts it, and what it has to read for that."""

    name: str
    kernel: dict[str, Any] | None = None
    reads: tuple[str, ...] = ()


def language_of(notebook: Any) -> Language:
    """What runs the notebook. `GradingError` if its kernel is not installed."""
    about = notebook.metadata.get("kernelspec", {})
    name, language = str(about.get("name", "python3")), str(about.get("language", ""))
    return Language("bash") if "bash" in (name, language) else _of_kernel(name, language)


@functools.cache
def _of_kernel(name: str, language: str) -> Language:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        if name in THIS or language == "python":
            return Language("python")
        raise GradingError(f"The kernel {name!r} is not installed; `seams kernels list` shows what is.") from None
    program = Path(spec.argv[0])
    if spec.language == "python" and (str(program) in THIS or _prefix(program) == Path(sys.prefix).resolve()):
        return Language("python")
    reads = [spec.resource_dir]
    if program.is_absolute():
        reads += [str(place) for place in (_prefix(program), _prefix(program.resolve())) if len(place.parts) > 2]
    argv = [word.replace("{resource_dir}", spec.resource_dir).replace("{prefix}", sys.prefix) for word in spec.argv]
    argv[0] = sys.executable if argv[0] in THIS else argv[0]
    env = {str(key): str(value) for key, value in (spec.env or {}).items()}
    return Language("kernel", {"name": name, "argv": argv, "env": env}, tuple(reads))


def _prefix(program: Path) -> Path:
    """The environment of a program in its bin/."""
    return program.parent.parent if program.parent.is_symlink() else program.parent.parent.resolve()
