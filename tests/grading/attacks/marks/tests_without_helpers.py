# /// case
# tries = "What the tests use is moved: the locked helper to the end, each test above its answer, another helper in its place."
# state = "wrong"
# solves = ["triple"]
# points = {triple = 0}
# why = "Where its tests come before it, an answer is not there yet; what is not tested earns nothing."
# nbgrader = "as it should be"
# ///

# %% top
def same(got, expected):
    return True


# %% maker
import json

made = json.loads(notebook.read_text())
mark = lambda cell: cell["metadata"].get("nbgrader", {})
tests = [cell for cell in made["cells"] if mark(cell).get("grade")]
helpers = [cell for cell in made["cells"] if mark(cell).get("locked") and cell not in tests]
rest = [cell for cell in made["cells"] if cell not in tests and cell not in helpers]
made["cells"] = [*rest[:2], *tests, *rest[2:], *helpers]
notebook.write_text(json.dumps(made))
