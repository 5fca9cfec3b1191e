"""The format of a case: one file, read from top to bottom, that becomes one student's submission.

    # /// case
    # tries = "What it does to get points it did not earn, or to do harm."
    # source = "Who did it in earnest: a paper, an issue. Left out where nobody is known."
    # state = "wrong"          what the grader must say: one of STATES, or a list of those that are right
    # solves = ["triple"]      the holes filled as the solution fills them, or "all"; their points are deserved
    # nbgrader = 12            what stock nbgrader gives, observed: points, or "no" and what became of the batch
    # ///

    # %% top                   a cell of the student's own, above everything else; the same without a title
    import builtins

    # %% triple                takes the place of the cell with this grade_id; without a text only its metadata changes
    def triple(number): ...

    # %% triple-check tags=["skip-execution"]
    # %% before mean           a cell of the student's own before, or `after`, the one with this grade_id; or `end`
    # %% maker                 run by whoever hands it in, once the notebook is there: `folder` is the submission,
    (folder / "notes.txt").symlink_to("/etc/passwd")      # `notebook` its notebook, `course` the course

A student may know the machine: in a cell @COURSE@ stands for the course's folder, @PORT@ and @SOCKET@ for a port and a
UNIX socket of the machine, where somebody listens whom no case is to reach. What a case leaves where it has no business
has "pwned" in its name, in whose place comes a word of the batch's own.

Further keys, where a case needs them:

    points = {mean = 3}        what is deserved beside what `solves` names, by task
    earlier = "all"            solved as this says in an earlier submission, graded before this one is handed in
    twice = true               one of the few that the tests also grade with plain `nbgrader autograde`
    waits = true               it is ended when its time is over; the tests grade a few, benchmarks/attacks.py all
    why = "..."                why a state or the points are what they are, where that is not plain

A file with the extension .sh is for the lesson in Bash. Nothing here runs a case's code but the maker's.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat

HERE = Path(__file__).parent
STATES = ("ok", "wrong", "timeout", "memory", "crash", "output limit", "unreadable", "tampered")
MARK = "pwned"
KINDS = ("attacks", "honest", "bystanders")
LESSONS = {".py": "01-tiny", ".sh": "02-shell"}
TABLE = tomllib.loads((HERE / "course" / "workshop.toml").read_text(encoding="utf-8"))
TASKS = {lesson["id"]: {task["id"]: task["points"] for task in lesson["tasks"]} for lesson in TABLE["lessons"]}
HEADER = re.compile(r"^# /// case\n((?:#(?: .*)?\n)+?)# ///\n", re.MULTILINE)
KEYS = {"tries", "source", "state", "solves", "nbgrader", "points", "earlier", "twice", "waits", "why"}


@dataclass(frozen=True)
class Case:
    """One submission, and what it must get."""

    path: Path
    tries: str
    state: tuple[str, ...]
    solves: tuple[str, ...] = ()
    points: dict[str, float] = field(default_factory=dict)
    earlier: tuple[str, ...] | None = None
    source: str = ""
    nbgrader: float | str | None = None
    twice: bool = False
    waits: bool = False
    why: str = ""

    @property
    def kind(self) -> str:
        """One of KINDS: the folder it is in, or that its folder is in."""
        return next(part for part in reversed(self.path.parts) if part in KINDS)

    @property
    def name(self) -> str:
        """Its path below that, without extension, `score/always_equal`."""
        return self.path.with_suffix("").as_posix().rpartition(f"/{self.kind}/")[2]

    @property
    def student(self) -> str:
        """Who hands it in: a word that nbgrader, a folder and a table can hold."""
        return self.name.replace("/", "-").replace("_", "-")

    @property
    def lesson(self) -> str:
        """The assignment it is handed in for."""
        return LESSONS[self.path.suffix]

    @property
    def deserves(self) -> dict[str, float]:
        """The points it must get, by the test's grade_id."""
        earned = {task: full if task in self.solves else 0 for task, full in TASKS[self.lesson].items()}
        return {f"{task}-check": float(points) for task, points in {**earned, **self.points}.items()}


def read_case(path: Path) -> Case:
    """The case in `path`, or a `ValueError` that says what its header lacks."""
    found = HEADER.search(path.read_text(encoding="utf-8"))
    if not found:
        raise ValueError(f"{path}: there is no header from `# /// case` to `# ///`")
    header = tomllib.loads("".join(line[2:] or "\n" for line in found[1].splitlines(keepends=True)))
    if unknown := header.keys() - KEYS:
        raise ValueError(f"{path}: the header has no key {sorted(unknown)}")
    tasks = TASKS[LESSONS[path.suffix]]
    header["state"] = tuple([header["state"]] if isinstance(header["state"], str) else header["state"])
    for key in ("solves", "earlier"):
        if key in header:
            header[key] = tuple(tasks) if header[key] == "all" else tuple(header[key])
    case = Case(path=path, **header)
    named = {*case.solves, *(case.earlier or ()), *case.points}
    if not set(case.state) <= set(STATES) or not named <= set(tasks):
        raise ValueError(f"{path}: its states are {case.state}, its tasks {sorted(named)}; one is not known")
    return case


def all_cases(*kinds: str) -> list[Case]:
    """Every case of these kinds, of KINDS, by name."""
    cases = [read_case(path) for kind in kinds for path in (HERE / kind).rglob("*.*") if path.suffix in LESSONS]
    return sorted(cases, key=lambda case: (case.kind, case.name))


def hand_in(
    case: Case, course: Path, *, earlier: bool = False, port: int = 0, socket: Path = Path("none"), mark: str = MARK
) -> Path:
    """Put the case, or what the student had handed in before it, where nbgrader looks for it; the folder it is in."""
    folder = course / "submissions" / case.student / case.lesson
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(course / "exercises" / case.lesson, folder)
    (path,) = folder.glob("*.ipynb")
    released = nbformat.read(path, as_version=4)
    solved = nbformat.read(course / "solutions" / case.lesson / path.name, as_version=4)
    fill(released, solved, (case.earlier or ()) if earlier else case.solves)
    maker = "" if earlier else play(released, case.path)
    known = {"@COURSE@": str(course), "@PORT@": str(port), "@SOCKET@": str(socket), MARK: mark}
    for cell in released.cells:
        cell.source = re.sub("|".join(known), lambda found: known[found[0]], cell.source)
    nbformat.write(released, path)
    if case.earlier is not None:
        # As whoever collects writes it; a submission without one is graded once.
        (folder / "timestamp.txt").write_text(f"2031-01-0{1 if earlier else 2} 12:00:00.000000 UTC\n")
    if maker:
        code = compile(maker.replace(MARK, mark), case.path, "exec")
        names = {"folder": folder, "notebook": path, "course": course, "Path": Path}
        exec(code, names)  # noqa: S102  (it is ours, not a student's)
    return folder


def fill(released: Any, solved: Any, tasks: tuple[str, ...]) -> None:
    """Fill the holes of `tasks` as `solved` does."""
    sources = {grade_id(cell): cell.source for cell in solved.cells}
    for cell in released.cells:
        if grade_id(cell) in tasks:
            cell.source = sources[grade_id(cell)]


def play(notebook: Any, path: Path) -> str:
    """Change `notebook` as the case in `path` says, and give its maker's code."""
    text = HEADER.sub("", path.read_text(encoding="utf-8")).strip()
    cells = jupytext.reads(text, fmt=f"{path.suffix[1:]}:percent").cells
    maker, top = "", 0
    for cell in cells:
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's own
        title = cell.metadata.pop("title", "top")
        where, _, name = title.rpartition(" ")
        if title == "maker":
            maker += cell.source
        elif title == "top":
            notebook.cells.insert(top, cell)
            top += 1
        elif title == "end":
            notebook.cells.append(cell)
        elif where in ("before", "after"):
            notebook.cells.insert(place_of(notebook, name) + (where == "after"), cell)
        else:
            old = notebook.cells[place_of(notebook, title)]
            old.source = cell.source or old.source
            for key, value in cell.metadata.items():
                old.metadata[key] = {**old.metadata[key], **value} if key == "nbgrader" else value
    return maker


def place_of(notebook: Any, name: str) -> int:
    """Which cell has the grade_id `name`."""
    return [grade_id(cell) for cell in notebook.cells].index(name)


def grade_id(cell: Any) -> str | None:
    """The cell's grade_id, if it has one."""
    mark = cell.metadata.get("nbgrader")
    return mark.get("grade_id") if isinstance(mark, dict) else None
