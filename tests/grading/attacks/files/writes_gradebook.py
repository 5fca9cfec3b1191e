# /// case
# tries = "The gradebook is a file: a trigger in it makes every score of this student, once it is written, the highest."
# source = "jupyter/nbgrader#483: the assessment could presumably write to it"
# state = "wrong"
# nbgrader = "as it should be"
# ///

# %% top
import sqlite3

TRIGGER = """
create trigger if not exists pwned after update of auto_score on grade begin
  update grade set manual_score = (select max_score from grade_cells where grade_cells.id = grade.cell_id)
  where notebook_id in (
    select submitted_notebook.id from submitted_notebook
    join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    where student_id = 'files-writes-gradebook');
  update grade set manual_score = 0 where notebook_id in (
    select submitted_notebook.id from submitted_notebook
    join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    where student_id = 'zoe');
end
"""
for path in ("@COURSE@/gradebook.db", "../../../gradebook.db"):
    try:
        with sqlite3.connect(path, timeout=10) as book:
            book.execute(TRIGGER)
    except sqlite3.Error as error:
        print(error)
