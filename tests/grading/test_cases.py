"""Each file of attacks/ and honest/ is a case as cases.py describes it, and becomes the submission it says."""

import json
import shutil

import pytest
from grading.cases import HERE, KINDS, STATES, TASKS, all_cases, hand_in, read_case

from kernel_seams.checkout import Checkout
from kernel_seams.course.build import build
from kernel_seams.course.table import read_table

pytestmark = pytest.mark.xdist_group("grading cases")


@pytest.fixture(scope="module")
def course(tmp_path_factory, checkout):
    """The course that is attacked, built from its lessons."""
    folder = tmp_path_factory.mktemp("cases") / "course"
    shutil.copytree(HERE / "course", folder)
    shutil.copy(checkout.root / "nbgrader_config.py", folder)
    table = read_table(folder / "workshop.toml")
    build(Checkout(folder), table.lessons)
    return folder


def test_each_case_says_what_it_tries_and_what_it_gets():
    """Every header is complete, every state known; names are one student each."""
    cases = all_cases(*KINDS)

    assert len({(case.student, case.lesson) for case in cases}) == len(cases)
    for case in cases:
        assert case.tries.endswith("."), case.path
        assert set(case.state) <= set(STATES), case.path
        assert case.deserves.keys() == {f"{task}-check" for task in TASKS[case.lesson]}, case.path
        if case.kind == "honest":
            right = case.deserves == {f"{task}-check": points for task, points in TASKS[case.lesson].items()}
            assert case.state == (("ok",) if right else ("wrong",)), case.path


def test_a_case_becomes_a_submission(course, tmp_path):
    """Cells stand where the header says, a named one takes a cell's place, tags are added, and the maker runs last."""
    text = """# /// case
# tries = "All of the format."
# state = ["wrong", "ok"]
# solves = ["mean"]
# points = {count = 1}
# ///

# %% end
last = 1

# %%
first = 1

# %% top tags=["mine"]
second = 1

# %% triple
def triple(number): pass

# %% triple-check tags=["skip-execution"] nbgrader={"points": 99}
# %% after mean
after = 1

# %% before mean
before = 1

# %% maker
(folder / "beside.txt").write_text(notebook.name)
"""
    (tmp_path / "attacks").mkdir()
    case = read_case(_written(tmp_path / "attacks" / "none.py", text))
    folder = hand_in(case, course)

    cells = json.loads((folder / "tiny.ipynb").read_text())["cells"]
    sources = {_id(cell): "".join(cell["source"]) for cell in cells}
    released = json.loads((course / "exercises" / "01-tiny" / "tiny.ipynb").read_text())["cells"]
    assert [cells[0]["source"], cells[1]["source"], cells[-1]["source"]] == [
        ["first = 1"],
        ["second = 1"],
        ["last = 1"],
    ]
    assert cells[1]["metadata"] == {"tags": ["mine"]}
    assert len(cells) == len(released) + 5
    assert sources["triple"] == "def triple(number): pass"
    assert "sum(numbers)" in sources["mean"]
    assert "NotImplementedError" in sources["count"]
    place = [_id(cell) for cell in cells].index("mean")
    assert [cells[place - 1]["source"], cells[place + 1]["source"]] == [["before = 1"], ["after = 1"]]
    check = next(cell for cell in cells if _id(cell) == "triple-check")
    assert check["metadata"]["tags"] == ["skip-execution"]
    assert check["metadata"]["nbgrader"] | {"points": 99, "locked": True} == check["metadata"]["nbgrader"]
    assert "same(triple(2), 6)" in sources["triple-check"]
    assert (folder / "beside.txt").read_text() == "tiny.ipynb"
    assert case.deserves == {"triple-check": 0, "mean-check": 3, "count-check": 1, "largest-check": 0, "shout-check": 0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "no header"),
        ('# /// case\n# tries = "A."\n# state = "ok"\n# colour = 1\n# ///\n', "colour"),
        ('# /// case\n# tries = "A."\n# state = "good"\n# ///\n', "good"),
        ('# /// case\n# tries = "A."\n# state = "ok"\n# solves = ["nothing"]\n# ///\n', "nothing"),
    ],
)
def test_what_is_no_case_is_refused(tmp_path, text, said):
    """A header that is missing, or has a key, a state or a task that is not known, is named."""
    with pytest.raises(ValueError, match=said):
        read_case(_written(tmp_path / "none.py", text))


def _id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def _written(path, text):
    path.write_text(text)
    return path
