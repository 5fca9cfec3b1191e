"""What is launched: the argv of a kernelspec, or any command with ``{connection_file}`` in it.

Source: ``jupyter_client.manager.KernelManager.format_kernel_cmd``; kernels.interpreter for its first word.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kernel_seams.errors import ConformError
from kernel_seams.kernels.interpreter import launch_environment, resolve
from kernel_seams.kernels.specs import Kernelspec, usable_kernelspecs

PLACE = "{connection_file}"


@dataclass(frozen=True)
class Target:
    """A kernel to be: `argv` with ``{connection_file}``, its `environment`, and what its kernelspec claims.

    `encryption` is None where there is no kernelspec that could say whether it can use Curve.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    language: str = ""
    interrupt_mode: str = "signal"
    protocol_version: str = ""
    encryption: bool | None = None

    def command(self, connection_file: Path) -> list[str]:
        """The command line for this connection file."""
        return [part.replace(PLACE, str(connection_file)) for part in self.argv]


def find_target(kernel: str | Sequence[str], *, interrupt_mode: str | None = None) -> Target:
    """The target that `kernel` is: the name of a kernelspec, or a command line; `ConformError` where it is none."""
    target = _named(kernel) if isinstance(kernel, str) else _command(kernel)
    return target if interrupt_mode is None else Target(**{**target.__dict__, "interrupt_mode": interrupt_mode})


def _named(name: str) -> Target:
    specs = usable_kernelspecs()
    if name.lower() not in specs:
        there = ", ".join(specs) or "none"
        raise ConformError(
            f"There is no kernelspec {name!r}; there are: {there}. "
            f"For a program without a kernelspec: seams conform -- COMMAND {PLACE}"
        )
    spec = specs[name.lower()]
    encryption = spec.metadata.get("supported_encryption", ())
    return Target(
        spec.name,
        tuple(_argv(spec)),
        launch_environment(spec),
        spec.language,
        spec.interrupt_mode,
        spec.protocol_version,
        encryption == "curve" or (isinstance(encryption, list) and "curve" in encryption),
    )


def _argv(spec: Kernelspec) -> list[str]:
    program = resolve(spec)
    if program.path is None:
        raise ConformError(
            f"The kernelspec {spec.name!r} cannot be launched: {program.problem}. `seams doctor` says more."
        )
    rest = (part.replace("{prefix}", sys.prefix).replace("{resource_dir}", str(spec.folder)) for part in spec.argv[1:])
    return [str(program.path), *rest]


def _command(argv: Sequence[str]) -> Target:
    if not any(PLACE in part for part in argv):
        raise ConformError(
            f"The command has no {PLACE}, so it cannot learn where to bind: "
            f"seams conform -- {' '.join(argv) or 'COMMAND'} {PLACE}"
        )
    return Target(" ".join(argv), tuple(argv), dict(os.environ))
