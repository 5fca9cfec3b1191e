"""A learner's kit: what a class gets whose grades count, and what must not be in it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kernel_seams.checkout import Checkout
from kernel_seams.course.release import release
from kernel_seams.course.table import read_table
from kernel_seams.errors import CourseError

SOLUTION = "    ### BEGIN SOLUTION\n    return 42\n    ### END SOLUTION\n"
HIDDEN = "### BEGIN HIDDEN TESTS\nassert answer() == 42\n### END HIDDEN TESTS\n"
LESSON = """
[[lessons]]
id = "01-one"
title = "One"
minutes = 1
goal = "One."
before = "Nothing."
"""
TABLE = f'title = "a course"\n{LESSON}'
KEPT = {
    ".gitignore": "/work/\n/.venv*/\n*.secret\n",
    "README.md": "For all.\n\n<!-- not in a learner's kit -->\nOf lessons\n<!-- in a learner's kit again -->\nAgain.\n",
    "exercises/01-one/one.ipynb": "{}",
    "scripts/run": "#!/bin/sh\n",
    "src/marks.py": 'MARKS = ("### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS")\n'
    "# ### BEGIN SOLUTION or return 41     what is released instead\n",
    "workshop.toml": TABLE,
}
LEFT_OUT = {
    "lessons/01-one/one.py": SOLUTION,
    "solutions/01-one/one.ipynb": "{}",
    "tests/wrong_answers/01-one.a/right-b.py": "return 42\n",
    "benchmarks/fast.py": "",
    ".ci/run": "",
    "src/reference.py": f"def answer():\n{SOLUTION}",
    "src/instead.py": f"def answer():\n{SOLUTION}".replace("BEGIN SOLUTION", "BEGIN SOLUTION or return 41"),
    "exercises.md": f"```\n{HIDDEN}```\n",
    "data/solved.ipynb": '{"source": [\n  "### BEGIN SOLUTION\\n",\n  "x = 1"]}',
    "scripts/keep": "#!/bin/sh\n# Not in a learner's kit.\n",
    "docs/teach.md": "<!-- not in a learner's kit -->\n\n# For who teaches\n",
}
NOT_OURS = {"work/01-one/one.ipynb": "{}", ".venv/bin/python": "", "note.secret": "42"}


@pytest.fixture
def small(tmp_path):
    """A small checkout that git knows, with one file of every kind."""
    root = tmp_path / "checkout"
    for name, text in {**KEPT, **LEFT_OUT, **NOT_OURS}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "scripts" / "run").chmod(0o755)
    (root / "link").symlink_to("scripts/run")
    (root / "answer").symlink_to("lessons/01-one/one.py")
    (root / "elsewhere").symlink_to("/etc/hostname")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    return Checkout(root)


def git(root, *arguments):
    return subprocess.check_output(["git", "-C", root, *arguments], text=True)


def kit_of(checkout, target):
    """`release` of the checkout to `target`."""
    return release(checkout, read_table(checkout.table), target)


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()}


@pytest.mark.parametrize("with_git", [True, False])
def test_what_is_left_out_follows_from_rules(small, tmp_path, with_git):
    """Folders of answers, files with an answer, what says so of itself, and links that lead to them stay behind."""
    (small.root / "untracked.txt").write_text("not yet the course's\n")
    if not with_git:
        shutil.rmtree(small.root / ".git")
        (small.root / "untracked.txt").unlink()
    made = kit_of(small, tmp_path / "a" / "kit")

    kit = tmp_path / "a" / "kit"
    assert files(kit) == {*KEPT, "link"} == {str(path) for path in made.files}
    assert (kit / "README.md").read_text() == "For all.\n\nAgain.\n"
    assert (kit / "scripts" / "run").stat().st_mode & 0o111
    assert (kit / "link").resolve() == kit / "scripts" / "run"
    assert {str(path) for path in made.left_out} == {
        "lessons", "solutions", "tests", "benchmarks", ".ci", "answer", "elsewhere",
        "src/reference.py", "src/instead.py", "exercises.md", "data/solved.ipynb", "scripts/keep", "docs/teach.md",
    }  # fmt: skip
    assert list(tmp_path.glob("a/.*")) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("exercises/01-one/one.ipynb", '{"source": "### BEGIN SOLUTION"}', "one.ipynb shows an answer; make it anew"),
        ("exercises/01-one/one.py", HIDDEN, "one.py shows an answer"),
        ("exercises/01-one/one.ipynb", None, "exercises/01-one is not there, or not tracked by git yet"),
        ("README.md", "1\n2\n3\n4\n5\n<!-- not in a learner's kit -->\n", "README.md says from where on"),
        ("workshop.toml", TABLE + LESSON.replace("01", "02"), "exercises/02-one is"),
    ],
)
def test_a_kit_that_would_be_wrong_is_not_made(small, tmp_path, name, text, said):
    """An exercise that shows an answer or is missing, a passage without an end: one line, and no kit."""
    (small.root / name).unlink(missing_ok=True)
    if text is not None:
        (small.root / name).write_text(text)
    git(small.root, "add", "--all")

    with pytest.raises(CourseError, match=re.escape(said)):
        kit_of(small, tmp_path / "kit")
    assert {path.name for path in tmp_path.iterdir()} == {"checkout"}


def test_a_kit_is_laid_over_nothing(small, tmp_path):
    """What is there stays as it is; inside the checkout it would become part of the next; and a kit makes none."""
    (tmp_path / "there").mkdir()
    with pytest.raises(CourseError, match="there is there already"):
        kit_of(small, tmp_path / "there")
    with pytest.raises(CourseError, match="is inside the checkout"):
        kit_of(small, small.root / "work" / "kit")
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="cannot be written"):
        kit_of(small, tmp_path / "file" / "kit")
    kit_of(small, tmp_path / "kit")
    with pytest.raises(CourseError, match="this is a learner's kit"):
        kit_of(Checkout(tmp_path / "kit"), tmp_path / "again")


@pytest.fixture(scope="module")
def kit(checkout, tmp_path_factory):
    """A kit of the real course."""
    target = tmp_path_factory.mktemp("released") / "kit"
    kit_of(checkout, target)
    return target


def answers(checkout):
    """Every solution and hidden test of the lessons and every wrong answer to them, as `bare` leaves them."""
    region = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)(?: or .*)?\n(.*?)### END \1", re.DOTALL)
    texts = [path.read_text() for path in checkout.lessons.rglob("*.*") if path.suffix in {".py", ".sh"}]
    found = [match[2] for text in texts for match in region.finditer(text)]
    wrong = [path.read_text() for path in checkout.root.glob("tests/wrong_answers/*/*.py")]
    return [text for text in map(bare, found + wrong) if len(text) > 40]


def bare(text):
    """The lines of `text` without what a notebook's JSON puts around them, and without empty ones."""
    lines = (line.strip(' ,"#').removesuffix("\\n") for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def test_no_answer_of_the_course_is_in_a_kit(checkout, kit):
    """No solution, hidden test or answer from tests/wrong_answers stands in any file of the kit, and no history."""
    held = "\n".join(bare(path.read_text(errors="replace")) for path in kit.rglob("*") if path.is_file())
    known = answers(checkout)

    assert len(known) > 100
    assert [answer for answer in known if answer in held] == []
    assert not (kit / ".git").exists()
    # The way in which they are looked for finds them.
    assert known[0] in "\n".join(bare(path.read_text()) for path in checkout.lessons.rglob("*.py"))


def test_a_kit_speaks_only_of_what_is_in_it(kit):
    """Each link of its pages leads to a file of the kit, and each script its README names is there."""
    for page in kit.rglob("*.md"):
        text = page.read_text()
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (page.parent / link).exists(), (page, link)
    named = set(re.findall(r"\./(scripts/\w+)", (kit / "README.md").read_text()))
    assert {name for name in named if not (Path(kit) / name).exists()} == set()
    assert named >= {"scripts/workshop", "scripts/seams", "scripts/activate"}
