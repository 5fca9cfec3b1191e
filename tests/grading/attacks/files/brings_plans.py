# /// case
# tries = "What the grader keeps beside a course is brought along: plans of the tests, a gradebook, a graded copy, a lock."
# state = "wrong"
# solves = ["triple"]
# nbgrader = "as it should be"
# ///

# %% maker
import json

plan = json.dumps({name: {"way": "in process", "names": [], "modules": {}} for name in ("mean-check", "count-check")})
for place in (".workshop/plans", ".seams/plans", "autograded/ada/01-tiny", "solutions/01-tiny", "../plans"):
    (folder / place).mkdir(parents=True, exist_ok=True)
    for known in (course / ".workshop" / "plans").glob("*.json"):
        (folder / place / known.name).write_text(plan)
    (folder / place / "x.json").write_text(plan)
for name in ("gradebook.db", ".workshop/grading.lock", "kernel_seams.json", "one.txt.lock"):
    (folder / name).write_bytes(b"SQLite format 3\0")
