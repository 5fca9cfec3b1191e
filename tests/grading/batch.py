"""Grade a batch of cases with some grader, and report what was observed: nothing is judged here.

    python batch.py prepare --grader NAME FOLDER          the course in FOLDER/course, built and known to the grader
    python batch.py run --grader NAME FOLDER [CASE ...]   hand in these cases (all of them), grade, print JSON
                        --course FOLDER                   on a copy of the course that was prepared there

Three bystanders, ada, mia and zoe, hand in honest work before, amid and after the cases. The JSON says for each
student the points by test and the state, and for the batch how the commands ended, which processes were left, what was
written or changed that the batch had no business with, and whether anything reached a port of this machine.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))
from grading.cases import HERE, MARK, Case, all_cases, hand_in
from grading.graders import GRADERS

BYSTANDERS = ("ada", "mia", "zoe")
TOKEN = secrets.token_hex(16)
HIDDEN = ("secret_of_mean = 7927", "secret_of_refuse=", TOKEN)  # of a hidden test, or the grader's; in no case's text
SUBREAPER = 36  # prctl(2): what loses its parent becomes our child, so nothing that is left behind gets away
GRACE = 30  # seconds in which a process that is being ended may end, on a busy machine
SECONDS = 900


def main() -> None:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["prepare", "run"])
    parser.add_argument("--grader", choices=GRADERS, required=True)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for one command of the grader")
    parser.add_argument("--course", type=Path, help="where the course was prepared, if not in FOLDER")
    parser.add_argument("folder", type=Path)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    folder = options.folder.resolve()
    if options.what == "prepare":
        prepare(folder, options.grader)
        return
    if options.course:
        shutil.copytree(options.course / "course", folder / "course")
    cases = [
        case
        for case in all_cases("attacks", "honest")
        if not options.cases or f"{case.kind}/{case.name}" in options.cases
    ]
    print(json.dumps(observe(folder, options.grader, cases, options.seconds)))


def prepare(folder: Path, grader: str) -> None:
    """Build the course, and do what its grader wants done before anybody hands in."""
    from kernel_seams.checkout import Checkout
    from kernel_seams.course.build import make_solutions
    from kernel_seams.course.grader import Course
    from kernel_seams.course.table import read_table

    course = folder / "course"
    shutil.copytree(HERE / "course", course)
    shutil.copy(HERE.parents[1] / "nbgrader_config.py", course)
    os.environ.update(environment(folder))
    GRADERS[grader].configure(course)
    nbgrader = Course(course, course, with_gradebook=True)
    for lesson in read_table(course / "workshop.toml").lessons:
        nbgrader.put(make_solutions(Checkout(course), lesson))
        nbgrader.generate(lesson.id)
    GRADERS[grader].prepare(course)


def observe(folder: Path, name: str, cases: list[Case], seconds: float) -> dict[str, Any]:
    """Everything there is to see when `cases` are handed in and graded, in the course of `folder`."""
    ctypes.CDLL(None, use_errno=True).prctl(SUBREAPER, 1, 0, 0, 0)
    course, grader, variables = folder / "course", GRADERS[name], environment(folder)
    lessons, mark = sorted({case.lesson for case in cases}), f"{MARK}-{secrets.token_hex(4)}"
    with Listener(folder) as listener:
        runs = []
        for earlier in (True, False):
            handing_in = [case for case in cases if case.earlier is not None] if earlier else cases
            for case in handing_in:
                hand_in(case, course, earlier=earlier, port=listener.port, socket=listener.path, mark=mark)
            if not earlier:
                for case in all_cases("bystanders"):
                    if case.lesson in lessons:
                        hand_in(case, course)
            if handing_in:
                before = footprint(course)
                graded = sorted({case.lesson for case in handing_in})
                runs += [grader.grade(course, lesson, variables, seconds) for lesson in graded]
        left = left_behind()
        after = footprint(course)
        changed = sorted(path for path, digest in after.items() if before.get(path) != digest)
        changed += sorted(before.keys() - after.keys())
        heard = listener.heard
    return {
        "grader": name,
        "ended": [run.ended for run in runs],
        "said": [run.said for run in runs],
        "seconds": [run.seconds for run in runs],
        "students": students(grader, course, lessons),
        "left": left,
        "changed": changed,
        "written": written(folder, course, mark),
        "heard": heard,
        "told": [student for lesson in lessons for student in told(course, lesson)],
    }


def students(grader: Any, course: Path, lessons: list[str]) -> dict[str, dict[str, Any]]:
    """By student and lesson, `NAME/LESSON`: the points by test, and the state."""
    found: dict[str, dict[str, Any]] = {}
    for lesson in lessons:
        try:
            scores, states = grader.scores(course, lesson), grader.states(course, lesson)
        except Exception as error:  # a gradebook that is no gradebook any more is an observation
            found[f"gradebook/{lesson}"] = {"state": f"{type(error).__name__}: {error}", "points": {}}
            continue
        for student in {*scores, *states}:
            found[f"{student}/{lesson}"] = {"points": scores.get(student), "state": states.get(student)}
    return found


def told(course: Path, lesson: str) -> list[str]:
    """Who got to see a hidden test or the grader's token: a line of it is among what their own cells have shown."""
    found = []
    for path in sorted(course.glob(f"autograded/*/{lesson}/*.ipynb")):
        try:
            cells = json.loads(path.read_text(errors="replace"))["cells"]
        except (ValueError, KeyError, TypeError):  # somebody wrote over it, and it shows nothing
            continue
        own = [cell for cell in cells if not cell["metadata"].get("nbgrader", {}).get("locked")]
        shown = json.dumps([cell.get("outputs") for cell in own])
        if any(text in shown for text in HIDDEN):
            found.append(path.parent.parent.name)
    return found


def environment(folder: Path) -> dict[str, str]:
    """The variables of whoever grades: a secret, and a home and a folder for temporary files, both in `folder`."""
    places = {"HOME": "home", "TMPDIR": "tmp", "JUPYTER_RUNTIME_DIR": "home/runtime"}
    mine = {name: str(folder / place) for name, place in places.items()}
    for place in mine.values():
        Path(place).mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    kept = {
        key: os.environ[key] for key in ("LANG", "JUPYTER_PATH", "PYTHONPATH", "XDG_CACHE_HOME") if key in os.environ
    }
    return {**kept, **mine, "PATH": path, "GRADER_TOKEN": TOKEN}


def footprint(course: Path) -> dict[str, str]:
    """A digest of each file of the course that no grading has to change: all but what it makes."""
    made = ("autograded", "feedback", "gradebook.db", "results", ".workshop", "submissions")
    found = {}
    for path in course.rglob("*"):
        inside = path.relative_to(course)
        if inside.parts[0] not in made and path.is_file() and "__pycache__" not in inside.parts:
            found[str(inside)] = hashlib.sha256(path.read_bytes()).hexdigest()
    for student in BYSTANDERS:
        for path in (course / "submissions" / student).rglob("*.ipynb"):
            found[str(path.relative_to(course))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def written(folder: Path, course: Path, mark: str) -> list[str]:
    """The files with the mark, wherever a case might have got; they are removed."""
    # Not tempfile's: where a case has filled the disk it finds none.
    elsewhere = [Path(each) for each in (os.environ.get("TMPDIR", "/tmp"), "/tmp", "/dev/shm", "/var/tmp")]  # noqa: S108
    roots = {folder, *elsewhere, Path(sysconfig.get_path("purelib"))}
    # By `find`, in a fifth of the time: there may be a million files. What it may not read, no case could write.
    command = ["find", *(root for root in roots if root.is_dir()), "-name", f"*{mark}*", "!", "-type", "d", "-print0"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):  # 1: something could not be read
        raise RuntimeError(f"find ended with {done.returncode}")
    found = []
    for path in {Path(os.fsdecode(name)) for name in done.stdout.split(b"\0") if name}:
        inside = path.relative_to(course).parts if path.is_relative_to(course) else ("", "")
        if inside[0] in ("submissions", "autograded") and inside[1] not in BYSTANDERS:
            continue  # their own folder: what they do there is up to them
        found.append(str(path))
        path.unlink(missing_ok=True)
    return sorted(found)


def left_behind() -> list[str]:
    """The command lines of what the grader's commands left, given a moment to end; then it is ended."""
    me = psutil.Process()
    deadline = time.monotonic() + GRACE
    while (found := _living(me)) and time.monotonic() < deadline:
        time.sleep(0.05)
    said = []
    for process in found:
        try:
            said.append(" ".join(process.cmdline())[:200] or process.name())
        except psutil.Error:
            continue
    while found := _living(me):
        for process in found:
            try:
                process.kill()
            except psutil.Error:
                continue
        time.sleep(0.05)
    return sorted(said)


def _living(me: psutil.Process) -> list[psutil.Process]:
    found = []
    for process in me.children(recursive=True):
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                if process.ppid() == me.pid:
                    process.wait(0)
                continue
        except psutil.Error:
            continue
        found.append(process)
    return found


class Listener:
    """A port of this machine, TCP and UDP, a UNIX socket and an abstract one, on which nobody is to call."""

    def __init__(self, folder: Path) -> None:
        self.heard: list[str] = []
        self.path = folder / "socket"
        self.path.unlink(missing_ok=True)
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", self.port))
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(str(self.path))
        self.path.chmod(0o666)
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0seams-{self.port}")
        for kind, stream in {"tcp": tcp, "unix": unix, "abstract": abstract}.items():
            stream.listen()
            threading.Thread(target=self._accept, args=(kind, stream), daemon=True).start()
        threading.Thread(target=self._receive, args=(udp,), daemon=True).start()
        self.sockets = [tcp, udp, unix, abstract]

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.sockets:
            each.close()

    def _accept(self, kind: str, stream: socket.socket) -> None:
        while True:
            try:
                connection, _ = stream.accept()
            except OSError:
                return
            self.heard.append(kind)
            connection.close()

    def _receive(self, datagrams: socket.socket) -> None:
        while True:
            try:
                datagrams.recv(100)
            except OSError:
                return
            self.heard.append("udp")


if __name__ == "__main__":
    main()
