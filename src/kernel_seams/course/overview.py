"""How far the learner is: each lesson with what was checked, which hints were seen, which solution was opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_seams.course.progress import checked, hints_seen, solutions_opened
from kernel_seams.course.table import Lesson, Table


@dataclass(frozen=True)
class Standing:
    """One lesson: tasks that were right at the last `seams check`, of how many; hints seen; solutions opened."""

    lesson: Lesson
    right: int
    hints: int
    opened: bool
    stages_opened: int = 0

    @property
    def words(self) -> str:
        """The standing in words."""
        seen = f", {self.hints} hint{'s' if self.hints != 1 else ''} seen" if self.hints else ""
        stages = f", {self.stages_opened} of its stages' solutions opened" if self.stages_opened else ""
        opened = ", solution opened" if self.opened else stages
        return f"{self.right} of {len(self.lesson.tasks)} right{seen}{opened}"

    def to_json(self) -> dict[str, Any]:
        """The standing as plain data."""
        return {
            "lesson": self.lesson.id,
            "right": self.right,
            "tasks": len(self.lesson.tasks),
            "hints": self.hints,
            "solution_opened": self.opened,
            "stage_solutions_opened": self.stages_opened,
        }


def standings(table: Table, progress: Path) -> list[Standing]:
    """The standing in every lesson that has tasks, as the file `progress` knows it."""
    found, opened = checked(progress), solutions_opened(progress)
    return [
        Standing(
            lesson,
            right=sum(found.get(task.name, False) for task in lesson.tasks),
            hints=sum(min(hints_seen(progress, task.name), len(task.hints)) for task in lesson.tasks),
            opened=lesson.id in opened,
            stages_opened=sum(task.name in opened for task in lesson.tasks),
        )
        for lesson in table.lessons
        if lesson.tasks
    ]


def overview(table: Table, progress: Path) -> str:
    """The standings, a line each, and where to go on."""
    found = standings(table, progress)
    width = max((len(standing.lesson.id) for standing in found), default=0)
    lines = [f"{standing.lesson.id:<{width}}  {standing.words}" for standing in found]
    left = next((standing.lesson for standing in found if standing.right < len(standing.lesson.tasks)), None)
    after = f"`seams check {left.id}` in a terminal brings it up to date." if left else "All of it was right."
    return "\n".join([*lines, after])
