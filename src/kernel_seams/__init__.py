"""Kernel, IPython, Jupyter: three different words."""

from __future__ import annotations

from kernel_seams.alone import forget_pythonpath as _  # noqa: F401 (it acts when it is imported, before the rest)

# isort: split
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from kernel_seams.errors import SeamsError
    from kernel_seams.kernels.boot import Boot, boot
    from kernel_seams.kernels.specs import Kernelspec, find_kernelspecs

__all__ = ["Boot", "Kernelspec", "SeamsError", "boot", "find_kernelspecs", "load_ipython_extension"]

# Imported when asked for: the tap, which stands before a kernel that is to start at once, needs none of them.
_MODULES = {
    "Boot": "kernel_seams.kernels.boot",
    "Kernelspec": "kernel_seams.kernels.specs",
    "SeamsError": "kernel_seams.errors",
    "boot": "kernel_seams.kernels.boot",
    "find_kernelspecs": "kernel_seams.kernels.specs",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """What `%load_ext kernel_seams` calls: `%doctor` and the magics of the course."""
    from kernel_seams.course import magics
    from kernel_seams.doctor import magics as doctor

    doctor.load(ipython)
    magics.load(ipython)
