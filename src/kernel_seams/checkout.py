"""Where the checkout is, and where in it things lie.

The package runs from a checkout (an editable install) or from a wheel. Only
what needs the course, the demos or the learner's files needs the checkout.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernel_seams.errors import CheckoutError


@dataclass(frozen=True)
class Checkout:
    """A checkout of kernel-seams; every path of the layout is derived from `root`."""

    root: Path

    @property
    def demos(self) -> Path:
        """The folder of the demos, one file a seam."""
        return self.root / "scripts" / "demos"

    @property
    def environments(self) -> Path:
        """The folder that describes the other environments, each with its own lock."""
        return self.root / "environments"

    @property
    def table(self) -> Path:
        """The one table of the course: lessons in order, their tasks, points and hints."""
        return self.root / "workshop.toml"

    @property
    def lessons(self) -> Path:
        """The source of the course, reviewed as text: solved, with nbgrader's marks."""
        return self.root / "lessons"

    @property
    def solutions(self) -> Path:
        """The notebooks made from `lessons`; nbgrader's source directory."""
        return self.root / "solutions"

    @property
    def exercises(self) -> Path:
        """The released notebooks, never edited."""
        return self.root / "exercises"

    @property
    def work(self) -> Path:
        """The learner's own copy of the exercises, git-ignored, where JupyterLab opens."""
        return self.root / "work"

    @property
    def submissions(self) -> Path:
        """What learners hand in, `NAME/LESSON/`: nbgrader's submitted directory, git-ignored."""
        return self.root / "submissions"

    @property
    def progress(self) -> Path:
        """The one small file that knows how far the learner is; it may be copied to another machine."""
        return self.work / "progress.json"

    @property
    def state(self) -> Path:
        """What the workshop's processes write: runtime, config, IPython and Deno folders, logs."""
        return self.root / ".workshop"

    def jupyter_environment(self) -> dict[str, str]:
        """The variables that keep what Jupyter and its kernels write inside the checkout.

        The data directory is not among them: with it moved, the person's own
        kernelspecs would disappear from JupyterLab.
        """
        return {
            "JUPYTER_RUNTIME_DIR": str(self.state / "runtime"),
            "JUPYTER_CONFIG_DIR": str(self.state / "config"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.state / "config" / "lab" / "user-settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.state / "config" / "lab" / "workspaces"),
            "IPYTHONDIR": str(self.state / "ipython"),
            "DENO_DIR": str(self.state / "deno"),
        }


def find_checkout() -> Checkout | None:
    """The checkout this package was installed from, else the one around the current folder, else None."""
    candidates = [Path(__file__).parents[2], Path.cwd(), *Path.cwd().parents]
    for folder in candidates:
        if (folder / "scripts" / "demos").is_dir() and (folder / "src" / "kernel_seams").is_dir():
            return Checkout(folder)
    return None


def require_checkout(command: str) -> Checkout:
    """The checkout, or a `CheckoutError` that names `command` and says how to run it."""
    checkout = find_checkout()
    if checkout is None:
        raise CheckoutError(
            f"`{command}` needs a checkout of kernel-seams and there is none at {Path.cwd()} or above it. "
            f"Clone the repository and run `./scripts/{command}` in it."
        )
    return checkout
