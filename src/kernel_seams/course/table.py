"""The one table of the course, `workshop.toml`, read and validated.

    title = "kernel-seams"

    [[lessons]]
    id = "04-magics"                the folder in lessons/, solutions/, exercises/ and work/
    title = "Magics"
    minutes = 20
    goal = "One sentence: what the learner can do afterwards."
    before = "What must be known before."
    part = "kernel.py"              a program the learner writes; the tasks are its stages, each needs those before it;
                                    may be left out: then each task is a cell of a notebook
    files = ["picture.svg"]         what a notebook shows or a program needs, copied as it is; may be left out

    [[lessons.tasks]]
    id = "clap"                     the grade_id of its hole, or the name in its `TODO`; its check is `clap-check`
    title = "A line magic"
    points = 2
    hints = ["one level", "the next"]
    transport = "loopback"          only if it needs TCP; its lesson is graded in a network of its own

Everything else is derived: nothing but this file lists lessons, tasks, points or hints.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from kernel_seams.errors import CourseError

LESSON_ID = re.compile(r"\d\d-[a-z][a-z0-9-]*")
TASK_ID = re.compile(r"[a-z][a-z0-9-]*")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Task:
    """One graded hole of a lesson."""

    lesson: str
    id: str
    title: str
    points: int
    hints: tuple[str, ...]
    transport: str = "ipc"

    @property
    def name(self) -> str:
        """The task's name in the whole course, `04-magics.clap`."""
        return f"{self.lesson}.{self.id}"

    @property
    def check(self) -> str:
        """The grade_id of the cell that checks this task."""
        return f"{self.id}-check"


@dataclass(frozen=True)
class Lesson:
    """One seam, about twenty minutes, one nbgrader assignment."""

    id: str
    title: str
    minutes: int
    goal: str
    before: str
    files: tuple[str, ...]
    tasks: tuple[Task, ...]
    part: str = ""

    @property
    def points(self) -> int:
        """What a perfect answer to every task earns."""
        return sum(task.points for task in self.tasks)

    @property
    def beside(self) -> tuple[str, ...]:
        """The files beside the lesson's notebooks: the program the learner writes, and those that are given."""
        return (self.part, *self.files) if self.part else self.files


@dataclass(frozen=True)
class Table:
    """The whole course, in order."""

    title: str
    lessons: tuple[Lesson, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every task of every lesson, in order."""
        return tuple(task for lesson in self.lessons for task in lesson.tasks)

    def lesson(self, name: str) -> Lesson:
        """The lesson called `name`, or a `CourseError` that names the nearest ones."""
        found = {lesson.id: lesson for lesson in self.lessons}
        if name not in found:
            within = next((each.id for each in self.lessons if name in {task.name for task in each.tasks}), "")
            instead = f"that is a task of {within}." if within else _nearest(name, list(found))
            raise CourseError(f"There is no lesson {name!r}; {instead}")
        return found[name]

    def task(self, name: str) -> Task:
        """The task called `name`, `04-magics.clap` or just `clap` where that is unambiguous."""
        found = [task for task in self.tasks if name in (task.name, task.id)]
        if len(found) > 1:
            raise CourseError(f"{name!r} is a task of more than one lesson: {', '.join(task.name for task in found)}.")
        if not found:
            raise CourseError(f"There is no task {name!r}; {_nearest(name, [task.name for task in self.tasks])}")
        return found[0]

    def place(self, name: str) -> tuple[Lesson, Task | None]:
        """The lesson called `name`, or the lesson and the stage of its program that `08-kernel.sockets` names."""
        lesson = self.lesson(name.partition(".")[0])
        if "." not in name:
            return lesson, None
        if not lesson.part:
            raise CourseError(f"{lesson.id} has no program with stages; name the whole lesson: {lesson.id}.")
        return lesson, self.task(name)


def read_table(path: Path) -> Table:
    """The table in `path`, or a `CourseError` that names the file, the key and the value."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CourseError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path.name} is not TOML: {error}.") from error
    top = _Section(path.name, data)
    lessons = tuple(_lesson(section) for section in top.sections("lessons"))
    table = Table(title=top.text("title"), lessons=lessons)
    top.end()
    _refuse_repeated(f"{path.name}: lesson id", [lesson.id for lesson in lessons])
    return table


def lessons_on_loopback(path: Path) -> list[str]:
    """The lessons of the table in `path`, if it is there, that have a task with `transport = "loopback"`."""
    lessons = read_table(path).lessons if path.is_file() else ()
    return [lesson.id for lesson in lessons if any(task.transport == "loopback" for task in lesson.tasks)]


def _lesson(section: _Section) -> Lesson:
    identity = section.name("id", LESSON_ID, "two digits, a dash and a word, like `04-magics`")
    section.where = f"{section.where.split(', lessons number')[0]}, lesson {identity}"
    tasks = tuple(_task(identity, task) for task in section.sections("tasks", may_be_missing=True))
    lesson = Lesson(
        id=identity,
        title=section.text("title"),
        minutes=section.whole("minutes"),
        goal=section.text("goal"),
        before=section.text("before"),
        part=section.text("part", may_be_missing=True),
        files=section.texts("files", may_be_missing=True),
        tasks=tasks,
    )
    section.end()
    if lesson.part and not (FILE_NAME.fullmatch(lesson.part) and lesson.part.endswith(".py")):
        raise CourseError(f"{section.where}: part is {lesson.part!r}; name a .py file of that folder.")
    for file in lesson.files:
        if not FILE_NAME.fullmatch(file) or file.endswith((".sh", ".ipynb")):
            raise CourseError(
                f"{section.where}: files holds {file!r}; name a picture, data or .py file of that folder."
            )
    _refuse_repeated(f"{section.where}: task id", [task.id for task in tasks])
    return lesson


def _task(lesson: str, section: _Section) -> Task:
    identity = section.name("id", TASK_ID, "small letters, digits and dashes, like `clap`")
    section.where = f"{section.where.split(', tasks number')[0]}, task {identity}"
    task = Task(
        lesson=lesson,
        id=identity,
        title=section.text("title"),
        points=section.whole("points"),
        hints=section.texts("hints"),
        transport=section.one_of("transport", ("ipc", "loopback")),
    )
    section.end()
    return task


class _Section:
    """A table of the file, taken apart key by key; what is left over at the `end` is a mistake."""

    def __init__(self, where: str, data: Mapping[str, object]) -> None:
        self.where = where
        self._left = dict(data)

    def text(self, key: str, *, may_be_missing: bool = False) -> str:
        if may_be_missing and key not in self._left:
            return ""
        return self._text(key, self._take(key, "a text"))

    def name(self, key: str, pattern: re.Pattern[str], wanted: str) -> str:
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise self._wrong(key, value, wanted)
        return value

    def whole(self, key: str) -> int:
        value = self._take(key, "a whole number from 1 up")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self._wrong(key, value, "a whole number from 1 up")
        return value

    def texts(self, key: str, *, may_be_missing: bool = False) -> tuple[str, ...]:
        value = self._left.pop(key, []) if may_be_missing else self._take(key, "a list of texts")
        if not isinstance(value, list):
            raise self._wrong(key, value, "a list of texts")
        return tuple(self._text(key, item) for item in value)

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        """One of `words`, the first of them if the key is missing."""
        value = self._left.pop(key, words[0])
        if value not in words:
            raise self._wrong(key, value, f"one of {', '.join(words)}")
        return str(value)

    def sections(self, key: str, *, may_be_missing: bool = False) -> Iterator[_Section]:
        value = self._left.pop(key, []) if may_be_missing else self._take(key, f"one [[{key}]] or more")
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._wrong(key, value, f"one [[{key}]] or more")
        return (_Section(f"{self.where}, {key} number {n}", item) for n, item in enumerate(value, start=1))

    def end(self) -> None:
        if self._left:
            key, value = next(iter(self._left.items()))
            raise CourseError(f"{self.where}: there is no key {key!r} (its value is {value!r}); remove it.")

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, value, "a text")
        return value.strip()

    def _take(self, key: str, wanted: str) -> object:
        if key not in self._left:
            raise CourseError(f"{self.where}: {key} is missing; give {wanted}.")
        return self._left.pop(key)

    def _wrong(self, key: str, value: object, wanted: str) -> CourseError:
        return CourseError(f"{self.where}: {key} is {value!r}; give {wanted}.")


def _refuse_repeated(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise CourseError(f"{what} {name!r} is there twice; give each its own.")


def _nearest(name: str, known: list[str]) -> str:
    if not known:
        return "the table has none."
    near = get_close_matches(name, known, n=3, cutoff=0.4)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}."
