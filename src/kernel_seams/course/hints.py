"""Hints in levels, one at a time: each asking shows one more."""

from __future__ import annotations

from pathlib import Path

from kernel_seams.course.progress import hints_seen, remember_hints
from kernel_seams.course.table import Table, Task


def next_hint(task: Task, progress: Path, ask: str = "%hint") -> str:
    """The next hint of `task` that was not shown yet, and the last one again when all were.

    `ask` is how the learner asks here: the magic, or the command.
    """
    total = len(task.hints)
    if not total:
        return f"{task.name} has no hint."
    level = min(hints_seen(progress, task.name) + 1, total)
    remember_hints(progress, task.name, level)
    after = f"`{ask} {task.name}` again shows the next." if level < total else "That was the last one."
    return f"Hint {level} of {total} for {task.name}: {task.hints[level - 1]}\n{after}"


def overview(table: Table, progress: Path, ask: str = "%hint") -> str:
    """Every task with how many of its hints were shown."""
    width = max((len(task.name) for task in table.tasks), default=0)
    lines = [
        f"{task.name:<{width}}  {hints_seen(progress, task.name)} of {len(task.hints)} hints seen   {task.title}"
        for task in table.tasks
    ]
    return "\n".join([*lines, f"`{ask} TASK` shows the next hint of a task."])
