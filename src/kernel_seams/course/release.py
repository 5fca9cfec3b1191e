"""A learner's kit: the checkout without what answers a task, for a class whose grades count.

What is left out follows from rules. A new lesson, file or page needs no word here:

1. Only what git tracks is looked at; without git, what .gitignore does not name. A kit has no history.
2. Folders that answer, or that only keep the course: lessons/, solutions/, tests/, benchmarks/, .ci/.
3. Any other file with a solution or a hidden test between nbgrader's marks. In exercises/ that is an error.
4. A file that says so of itself, in a line of its own among its first five; and a link to what is left out.
5. In a Markdown page, what stands between two such lines:

    <!-- not in a learner's kit -->
    <!-- in a learner's kit again -->
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kernel_seams.checkout import Checkout
from kernel_seams.course.build import require_sources
from kernel_seams.course.holes import MARKS
from kernel_seams.course.table import Table
from kernel_seams.errors import CourseError

OURS = ("tests", "benchmarks", ".ci")
SAYS_SO = re.compile(r"^\W*not in a learner's kit\W*$", re.MULTILINE | re.IGNORECASE)
PASSAGE = re.compile(
    r"^<!-- not in a learner's kit -->\n.*?^<!-- in a learner's kit again -->\n\n?", re.MULTILINE | re.DOTALL
)
# A mark on a line of its own, with nothing behind it but what is released instead. Code that speaks of marks, or draws
# one with a word of explanation at a distance, answers nothing.
MARKED = re.compile(rb"^[\W_]*(?:%s)(?: or (?:(?!  ).)+|(?:\\n)?\W*)$" % b"|".join(MARKS), re.MULTILINE)


@dataclass(frozen=True)
class Released:
    """What a kit is made of, by path from its root, and what was left out with the reason: files and whole folders."""

    files: list[Path] = field(default_factory=list)
    left_out: dict[Path, str] = field(default_factory=dict)


def release(checkout: Checkout, table: Table, target: Path) -> Released:
    """Make a learner's kit of `checkout` as the new folder `target`: all of it or nothing.

    Raises `CourseError` if `target` is there or is inside the checkout, if an exercise is
    missing or shows an answer, and in a kit.
    """
    require_sources(checkout)
    target = Path(os.path.abspath(target))  # noqa: PTH100  (a link stays one)
    _require_place(checkout, target)
    made = Released()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".seams-", dir=target.parent) as place:
            kit = Path(place) / "kit"
            for path in _candidates(checkout.root):
                _take(checkout, path, kit, made)
            _drop_links_that_lead_nowhere(kit, made)
            _require_exercises(checkout, table, made)
            kit.rename(target)
    except OSError as error:
        raise CourseError(f"{target} cannot be written: {error.strerror or error}.") from error
    return made


def _require_place(checkout: Checkout, target: Path) -> None:
    if os.path.lexists(target):
        raise CourseError(f"{target} is there already; a kit is laid over nothing, so name a folder that is not there.")
    if target.resolve().is_relative_to(checkout.root.resolve()):
        raise CourseError(f"{target} is inside the checkout; name a folder outside, as in `--to ../kit`.")


def _candidates(root: Path) -> list[Path]:
    """The course's own files by path from its root, sorted."""
    if (root / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=False)
        if listed.returncode == 0:
            names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
            return sorted(Path(name) for name in names if os.path.lexists(root / name))
    from pathspec import GitIgnoreSpec

    ignore = root / ".gitignore"
    if not ignore.is_file():
        raise CourseError(f"{root} has no .gitignore, which says what is not the course's own: get it back.")
    ignored = GitIgnoreSpec.from_lines([*ignore.read_text(encoding="utf-8").splitlines(), ".git"])
    return sorted(_walk(root, ignored.match_file))


def _walk(root: Path, ignored: Callable[[str], bool]) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        inside = Path(folder).relative_to(root)
        links = [name for name in folders if Path(folder, name).is_symlink()]
        folders[:] = [name for name in folders if name not in links and not ignored(f"{inside / name}/")]
        yield from (inside / name for name in [*files, *links] if not ignored(str(inside / name)))


def _take(checkout: Checkout, path: Path, kit: Path, made: Released) -> None:
    """Copy one file into the kit, or note why it is left out."""
    if path.parts[0] in {checkout.lessons.name, checkout.solutions.name, *OURS}:
        made.left_out[Path(path.parts[0])] = "the whole folder"
        return
    source, target = checkout.root / path, kit / path
    content = b"" if source.is_symlink() else source.read_bytes()
    text = content.decode(errors="surrogateescape")
    page = PASSAGE.sub("", text) if path.suffix == ".md" else text
    if SAYS_SO.search("\n".join((page or text).split("\n", 5)[:5])):
        made.left_out[path] = "says so of itself"
        return
    if path.parts[0] == checkout.exercises.name and any(mark in content for mark in MARKS):
        raise CourseError(f"{path} shows an answer; make it anew with `seams build`. Nothing was released.")
    if MARKED.search(content):
        made.left_out[path] = "has an answer between nbgrader's marks"
        return
    if path.suffix == ".md" and SAYS_SO.search(page):
        raise CourseError(f"{path} says from where on it is not in a kit, and not until where. Nothing was released.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)
    if page != text:
        target.write_text(page, encoding="utf-8", errors="surrogateescape")
    made.files.append(path)


def _drop_links_that_lead_nowhere(kit: Path, made: Released) -> None:
    for path in [path for path in made.files if (kit / path).is_symlink()]:
        led = (kit / path).resolve()
        if (kit / path).readlink().is_absolute() or not led.exists() or not led.is_relative_to(kit.resolve()):
            (kit / path).unlink()
            made.files.remove(path)
            made.left_out[path] = "a link to what is not in the kit"


def _require_exercises(checkout: Checkout, table: Table, made: Released) -> None:
    released = {path.parts[1] for path in made.files if path.parts[0] == checkout.exercises.name}
    for lesson in table.lessons:
        if lesson.id not in released:
            raise CourseError(
                f"exercises/{lesson.id} is not there, or not tracked by git yet: run `seams build {lesson.id}` and "
                "commit it. Nothing was released."
            )
