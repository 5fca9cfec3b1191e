"""What grading leaves behind in a course folder: the rows of the gradebook and the files of autograded/."""

import sqlite3

GRADES = """
select submitted_assignment.student_id, notebook.name, base_cell.name, grade.auto_score, grade.manual_score,
grade.needs_manual_grade, grade.extra_credit, submitted_notebook.late_submission_penalty, submitted_assignment.timestamp
from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join notebook on submitted_notebook.notebook_id = notebook.id join base_cell on grade.cell_id = base_cell.id
"""
COMMENTS = """
select submitted_assignment.student_id, notebook.name, base_cell.name, comment.auto_comment, comment.manual_comment
from comment join submitted_notebook on comment.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join notebook on submitted_notebook.notebook_id = notebook.id join base_cell on comment.cell_id = base_cell.id
"""


def rows_of(course):
    """What the gradebook says: every grade and comment, whoever wrote it."""
    with sqlite3.connect(course / "gradebook.db") as book:
        return sorted(book.execute(GRADES)) + sorted(book.execute(COMMENTS))


def files_of(course):
    """Every file that grading has made, with its mode and its content."""
    found = {}
    for path in sorted((course / "autograded").rglob("*")):
        if path.is_file() and path.parent.name != "__pycache__":  # of stock's kernels, which run in that folder
            found[str(path.relative_to(course))] = (oct(path.stat().st_mode), path.read_bytes())
    return found
