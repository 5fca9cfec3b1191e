"""`lessons/` to `solutions/` to `exercises/`, one way, and the one explicit way back.

Nothing here looks at file times. A solved notebook carries a fingerprint of
what it was built from, so an edit made in JupyterLab is seen, and building
over it is refused.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kernel_seams.checkout import Checkout
from kernel_seams.course.grader import Course
from kernel_seams.course.notebook import KINDS, built_digest, digest, notebook_of, read_notebook, text_of, to_bytes
from kernel_seams.course.table import Lesson, Table
from kernel_seams.errors import CourseError

# What editors and interpreters leave in a folder; git ignores it too.
LEFT_BEHIND = frozenset({"__pycache__", ".ipynb_checkpoints", ".DS_Store"})


def require_sources(checkout: Checkout) -> None:
    """Raise a `CourseError` in a learner's kit: there is nothing in it to make notebooks or a kit from."""
    if not checkout.lessons.is_dir():
        raise CourseError(f"there is no lessons/ in {checkout.root}: this is a learner's kit, which is made without.")


def sources(checkout: Checkout, lesson: Lesson) -> list[Path]:
    """The lesson's texts, one a notebook, in order."""
    folder = checkout.lessons / lesson.id
    found = sorted(path for path in folder.glob("*") if path.suffix in KINDS and path.name not in lesson.beside)
    if not found:
        raise CourseError(f"lessons/{lesson.id} holds no lesson text; write one, a .py or .sh file.")
    stems = [path.stem for path in found]
    for stem in stems:
        if stems.count(stem) > 1:
            raise CourseError(f"lessons/{lesson.id} holds {stem} as .py and as .sh; rename one.")
    return found


def make_solutions(checkout: Checkout, lesson: Lesson) -> dict[Path, bytes]:
    """The solved notebooks and the other files of `lesson`, by path from the checkout on."""
    folder = checkout.solutions.relative_to(checkout.root) / lesson.id
    made = {}
    for source in sources(checkout, lesson):
        text = source.read_text(encoding="utf-8")
        made[folder / f"{source.stem}.ipynb"] = to_bytes(notebook_of(text, source, lesson))
    for name in lesson.beside:
        path = checkout.lessons / lesson.id / name
        if not path.is_file():
            raise CourseError(f"workshop.toml, lesson {lesson.id} names {name!r}, which is not in its folder.")
        made[folder / name] = path.read_bytes()
    return made


def make_exercises(checkout: Checkout, lessons: Iterable[Lesson], solved: dict[Path, bytes]) -> dict[Path, bytes]:
    """What nbgrader's generate_assignment makes of `solved`, by path from the checkout on."""
    with tempfile.TemporaryDirectory(prefix="seams-build-") as folder:
        course = Course(Path(folder), checkout.root, with_gradebook=False)
        course.put(solved)
        return {path: content for lesson in lessons for path, content in course.generate(lesson.id).items()}


def build(
    checkout: Checkout, lessons: Iterable[Lesson], *, force: bool = False, taken_back: Path | None = None
) -> list[Path]:
    """Bring `solutions/` and `exercises/` up to date; the files that changed, from the checkout on.

    Raises `CourseError` if a solved notebook, other than the one `taken_back`
    just now, was edited since it was built and `force` is not set.
    """
    lessons = list(lessons)
    solved = {path: content for lesson in lessons for path, content in make_solutions(checkout, lesson).items()}
    if not force:
        for path in solved:
            if taken_back is None or checkout.root / path != taken_back.resolve():
                _refuse_edited(checkout, path)
    made = solved | make_exercises(checkout, lessons, solved)
    changed = [path for path, content in made.items() if not _holds(checkout.root / path, content)]
    for path in changed:
        _write(checkout.root / path, made[path])
    return changed


def take_back(checkout: Checkout, table: Table, notebook: Path, *, force: bool = False) -> tuple[Lesson, Path, bool]:
    """Write the text of an edited `solutions/` notebook into `lessons/`: the lesson, the text, whether it changed.

    Raises `CourseError` if the text has changed too since the notebook was built and `force` is not set.
    """
    source, lesson = _source_of(checkout, table, notebook)
    edited = read_notebook(notebook)
    if source.is_file() and not force:
        built = notebook_of(source.read_text(encoding="utf-8"), source, lesson)
        if digest(built) not in (built_digest(edited), digest(edited)):
            raise CourseError(
                f"{_from_root(checkout, source)} has changed too since {notebook.name} was built from it; "
                "add `--force` to replace the text by the notebook."
            )
    text = text_of(edited, source)
    notebook_of(text, source, lesson)  # so that only a text that builds is written
    changed = not _holds(source, text.encode())
    if changed:
        _write(source, text.encode())
    return lesson, source, changed


def strays(checkout: Checkout, table: Table) -> list[Path]:
    """Files in lessons/, solutions/ and exercises/ that belong to no lesson of the table, from the checkout on."""
    known = set()
    for lesson in table.lessons:
        texts = sources(checkout, lesson)
        names = [f"{path.stem}.ipynb" for path in texts] + list(lesson.beside)
        known |= {checkout.lessons / lesson.id / name for name in [path.name for path in texts] + list(lesson.beside)}
        known |= {folder / lesson.id / name for folder in (checkout.solutions, checkout.exercises) for name in names}
    return [
        path.relative_to(checkout.root)
        for folder in (checkout.lessons, checkout.solutions, checkout.exercises)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path not in known and not LEFT_BEHIND.intersection(path.parts)
    ]


def _source_of(checkout: Checkout, table: Table, notebook: Path) -> tuple[Path, Lesson]:
    """The lesson text that `notebook`, a file of `solutions/NN-topic/`, was or will be made from."""
    path = notebook.resolve()
    if path.suffix != ".ipynb" or path.parent.parent != checkout.solutions.resolve():
        raise CourseError(f"{notebook} is not a solved notebook; give one of solutions/NN-topic/*.ipynb.")
    lesson = table.lesson(path.parent.name)
    folder = checkout.lessons / lesson.id
    for suffix in KINDS:
        if (folder / f"{path.stem}{suffix}").is_file():
            return folder / f"{path.stem}{suffix}", lesson
    name = read_notebook(path).metadata.get("kernelspec", {}).get("name", "python3")
    suffix = next((suffix for suffix, kind in KINDS.items() if kind.kernelspec["name"] == name), "")
    if not suffix:
        raise CourseError(f"{notebook} is for the kernel {name!r}; a lesson is for python3 or bash.")
    return folder / f"{path.stem}{suffix}", lesson


def _refuse_edited(checkout: Checkout, path: Path) -> None:
    target = checkout.root / path
    if path.suffix != ".ipynb" or not target.is_file():
        return
    notebook = read_notebook(target)
    if built_digest(notebook) != digest(notebook):
        raise CourseError(
            f"{path} was edited since it was built: `seams build --from-notebook {path}` takes the edit into "
            "lessons/, `seams build --force` drops it."
        )


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _write(path: Path, content: bytes) -> None:
    """Write all of `content` or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        shutil.move(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _from_root(checkout: Checkout, path: Path) -> Path:
    return path.relative_to(checkout.root)
