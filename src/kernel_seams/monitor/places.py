"""Where traces are looked for: in Jupyter's runtime folder, in that of a workshop, or where the person says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernel_seams.checkout import find_checkout
from kernel_seams.wire.tap.running import RunningTap, running_taps, runtime_folder


@dataclass(frozen=True)
class Places:
    """The folders of traces, and the runtime folders in which running taps say where they are."""

    traces: tuple[Path, ...]
    runtimes: tuple[Path, ...]

    def taps(self) -> list[RunningTap]:
        """The taps that run."""
        return [tap for folder in self.runtimes for tap in running_taps(folder)]


def places(chosen: Path | None = None) -> Places:
    """The `chosen` folder of traces, else all there are; taps are looked for in any case.

    The workshop's JupyterLab has a runtime folder in the checkout, and a person's own shell does not say so.
    """
    checkout = find_checkout()
    workshops = [Path(checkout.jupyter_environment()["JUPYTER_RUNTIME_DIR"])] if checkout else []
    runtimes = tuple(dict.fromkeys(folder.resolve() for folder in (*workshops, runtime_folder())))
    traces = (chosen.resolve(),) if chosen else tuple(folder / "traces" for folder in runtimes)
    return Places(traces, runtimes)
