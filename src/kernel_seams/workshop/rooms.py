"""The two rooms of a workshop: a learner's shows work/ alone, the teacher's the whole course and how it is graded.

    learner    work/           nbgrader's assignment list and Validate
    teacher    the checkout    its formgrader, course list and Create Assignment besides

The formgrader wants the course's folder inside what the server shows, and a
learner has no use for it.
"""

from __future__ import annotations

import contextlib
import json
from enum import Enum
from pathlib import Path

from kernel_seams.checkout import Checkout

NBGRADER_CONFIG = "nbgrader_config.py"


class Room(Enum):
    """Whom a JupyterLab is for."""

    LEARNER = "learner"
    TEACHER = "teacher"

    def folder(self, checkout: Checkout) -> Path:
        """What the server shows, and the folder it runs in."""
        return checkout.root if self is Room.TEACHER else checkout.work

    def left_out(self) -> list[str]:
        """The server extensions that are not loaded."""
        grading = ["nbgrader.server_extensions.formgrader", "nbgrader.server_extensions.course_list"]
        return [] if self is Room.TEACHER else grading

    def environment(self, checkout: Checkout) -> dict[str, str]:
        """The server's variables beside those of the checkout: the tabs of one room would lead nowhere in the other."""
        if self is Room.LEARNER:
            return {"JUPYTER_CONFIG_PATH": str(self._configuration(checkout))}
        workspaces = checkout.jupyter_environment()["JUPYTERLAB_WORKSPACES_DIR"]
        return {"JUPYTERLAB_WORKSPACES_DIR": f"{workspaces}-{self.value}"}

    def write(self, checkout: Checkout) -> None:
        """Write what its server reads."""
        lead_to_nbgrader_config(checkout.root)
        if self is Room.LEARNER:
            panels = ("formgrader", "course-list", "create-assignment")
            hidden = {f"@jupyter/nbgrader:{panel}": True for panel in panels}
            folder = self._configuration(checkout) / "labconfig"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "page_config.json").write_text(json.dumps({"disabledExtensions": hidden}), encoding="utf-8")

    def _configuration(self, checkout: Checkout) -> Path:
        return checkout.state / self.value


def lead_to_nbgrader_config(root: Path) -> None:
    """Let nbgrader find the configuration of the checkout `root` from every folder in it.

    It looks in the current folder only, and its assignment list does so in work/.
    What is written to Jupyter's configuration folder has no effect elsewhere: a
    shell that uses that folder may grade another course.
    """
    text = (
        "from pathlib import Path\n\n"
        f"root = Path({str(root)!r})\n"
        "if Path.cwd().resolve().is_relative_to(root):\n"
        f"    load_subconfig({NBGRADER_CONFIG!r}, path=str(root))\n"
    )
    target = root / ".workshop" / "config" / NBGRADER_CONFIG
    with contextlib.suppress(OSError):  # a checkout that is only read has no panels
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
