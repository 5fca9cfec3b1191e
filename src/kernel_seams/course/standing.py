"""Who is stuck where: what each student has of each task, as nbgrader's gradebook has it.

The gradebook is read as the file it is, without nbgrader, and never written.
Names in it are the students' own and untrusted.
"""

from __future__ import annotations

import html
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kernel_seams.course.table import Lesson
from kernel_seams.errors import CourseError

SCORES = """
    select assignment.name, submitted_assignment.student_id, base_cell.name,
           coalesce(grade.manual_score, grade.auto_score, 0) + coalesce(grade.extra_credit, 0)
    from grade
    join base_cell on base_cell.id = grade.cell_id
    join submitted_notebook on submitted_notebook.id = grade.notebook_id
    join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    join assignment on assignment.id = submitted_assignment.assignment_id
"""
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; margin-bottom: 2rem; }
th, td { border: 1px solid #b0b0b0; padding: 0.25rem 0.6rem; text-align: left; }
.full { background: #d3efd3; } .part { background: #fdf0c3; } .none { background: #f9d5d5; }
"""


@dataclass(frozen=True)
class Standing:
    """One lesson, and what each student who handed it in has of its tasks, in order; None where there is no score."""

    lesson: Lesson
    students: dict[str, list[float | None]]

    def solved(self) -> list[int]:
        """For each task, how many have all its points."""
        return [
            sum(kind(points[place], task.points) == "full" for points in self.students.values())
            for place, task in enumerate(self.lesson.tasks)
        ]


def kind(points: float | None, full: float) -> str:
    """One of "full", "part" and "none"; an empty text if there is no score."""
    if points is None:
        return ""
    return "full" if points >= full else "part" if points > 0 else "none"


def shown(points: float | None) -> str:
    """`points` as a table shows them."""
    return "-" if points is None else f"{points:g}"


def standings(gradebook: Path, lessons: Iterable[Lesson]) -> list[Standing]:
    """The `lessons` that somebody handed in, in their order, their students by name."""
    if not gradebook.is_file():
        raise CourseError(
            f"there is no gradebook at {gradebook}; `nbgrader autograde LESSON` makes it, as docs/facilitator.md says."
        )
    try:
        with closing(sqlite3.connect(f"{gradebook.resolve().as_uri()}?mode=ro", uri=True)) as book:
            rows = book.execute(SCORES).fetchall()
    except sqlite3.Error as problem:
        raise CourseError(f"{gradebook} cannot be read as a gradebook of nbgrader: {problem}.") from problem
    scores = {(lesson, str(student), check): float(points) for lesson, student, check, points in rows}
    made = []
    for lesson in lessons:
        students = sorted({student for name, student, _ in scores if name == lesson.id})
        earned = {who: [scores.get((lesson.id, who, task.check)) for task in lesson.tasks] for who in students}
        if earned:
            made.append(Standing(lesson, earned))
    return made


def to_html(standings: Iterable[Standing]) -> str:
    """One page that stands alone: no script, nothing fetched, every text escaped."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><title>Who is stuck where</title>',
        f"<style>{STYLE}</style></head><body><h1>Who is stuck where</h1>",
        "<p>Points for each task, and in the last row how many have them all.</p>",
    ]
    for standing in standings:
        tasks = standing.lesson.tasks
        parts.append(f"<h2>{html.escape(standing.lesson.id)}</h2><table><tr><th>student</th>")
        parts += [f'<th scope="col">{html.escape(task.id)} ({task.points:g})</th>' for task in tasks]
        for student, earned in standing.students.items():
            parts.append(f'</tr><tr><th scope="row">{html.escape(student)}</th>')
            cells = zip(earned, tasks, strict=True)
            parts += [f'<td class="{kind(points, task.points)}">{shown(points)}</td>' for points, task in cells]
        parts.append('</tr><tr><th scope="row">all points</th>')
        parts += [f"<td>{count} of {len(standing.students)}</td>" for count in standing.solved()]
        parts.append("</tr></table>")
    return "\n".join([*parts, "</body></html>", ""])
