"""How fast is a class graded, beside stock nbgrader and `otter run`?

    python benchmarks/grading.py [--submissions N] [--stock N] [--rounds N] [--otter N] [--kernels] [--json]

Rivals, in the same run on the same machine: stock `nbgrader autograde` of submissions of 04-magics (target: `seams
grade` with one job 10 times as fast, the start of the process apart), our own with one job (target: all cores of a
machine with two 1.6 times as fast), and, with --otter, `otter run` with the same tests, inside a container without a
network (it needs a container engine, and the network to make its image). Every third submission is wrong in one task;
the scores must be those of stock. The three are run in turns, for a machine is not always as fast: a ratio is that
of one round, and the middle one of all rounds is told. With --kernels every other lesson is timed as well,
with one job; no target.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from textwrap import indent
from typing import Any

import psutil
from containers import HOME, IMAGE, LIMITS, ROOT, build

LESSON = "04-magics"
RATIOS = {  # whose seconds over whose, and the target
    "one job over stock": ("stock nbgrader", "seams, one job", "10"),
    "all cores over one job": ("seams, one job", "seams, all cores", "1.6 on two"),
}
WRONG = "clap", ("prints", "claps-after-the-last", "removes-spaces")
MEGA = 1024 * 1024
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "course"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "released"
c.CourseDirectory.submitted_directory = "submissions"
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()", "bash": "false"}
"""
SCORES = """
select submitted_assignment.student_id, base_cell.name, grade.auto_score
from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join base_cell on grade.cell_id = base_cell.id
"""

OTTER_TEST = """from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points}


@test_case(points={points}, hidden=False)
def test():
{body}
"""
# In the container: makes the autograder, grades one submission after the other, prints seconds for each and the scores.
OTTER_RUN = """
import json, pathlib, subprocess, sys, time
otter = [sys.executable, "-c", "from otter.cli import cli; cli()"]
subprocess.run([*otter, "generate", "-t", "tests", "--no-environment"], check=True, stdout=subprocess.DEVNULL)
seconds, scores = [], {}
for notebook in sorted(pathlib.Path("submissions").glob("*/*/*.ipynb")):
    student, results = notebook.parts[1], pathlib.Path("results", notebook.parts[1]).resolve()
    results.mkdir(parents=True)
    started = time.perf_counter()
    command = [*otter, "run", "--no-logo", "-a", pathlib.Path("autograder.zip").resolve(), "-o", results, notebook.name]
    subprocess.run(command, check=True, cwd=notebook.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds.append(time.perf_counter() - started)
    for test in json.loads((results / "results.json").read_text())["tests"]:
        scores[f"{student} {test['name']}"] = test.get("score")
print(json.dumps({"seconds": seconds, "scores": scores}))
"""


def make_course(folder: Path, config: str, lesson: str, count: int) -> Path:
    """A course with so many submissions of the lesson, and a gradebook that knows it."""
    course = folder / "course"
    shutil.copytree(ROOT / "solutions" / lesson, course / "solutions" / lesson)
    (course / "nbgrader_config.py").write_text(config, encoding="utf-8")
    shutil.copy(ROOT / "workshop.toml", course)  # says which lessons need loopback
    answers = sorted((ROOT / "tests" / "wrong_answers" / f"{LESSON}.{WRONG[0]}").glob("*.py"))
    for number in range(count):
        target = course / "submissions" / f"s{number:03}" / lesson
        shutil.copytree(ROOT / "exercises" / lesson, target)
        for path in target.glob("*.ipynb"):
            made = json.loads((ROOT / "solutions" / lesson / path.name).read_text())
            released = {cell["id"]: cell for cell in json.loads(path.read_text())["cells"]}
            for cell in made["cells"]:
                name = cell["id"].removeprefix(f"{lesson}-")
                if cell["metadata"].get("nbgrader", {}).get("grade") and cell["id"] in released:
                    cell["source"] = released[cell["id"]]["source"]  # the tests as they were released
                if lesson == LESSON and name == WRONG[0] and number % 3 == 2:
                    cell["source"] = answers[number % len(answers)].read_text()
            path.write_text(json.dumps(made))
    nbgrader("generate_assignment", lesson, "--force", course=course)
    return course


def nbgrader(*arguments: str, course: Path) -> None:
    """Run nbgrader in the folder of the course."""
    run([sys.executable, "-m", "nbgrader", *arguments], course)


def run(command: Sequence[Any], course: Path) -> tuple[float, int]:
    """The seconds a command takes, and the bytes that it and all its processes had at most, shared ones once."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    state = course.parent / "state"
    variables = {**os.environ, "PATH": path, "IPYTHONDIR": str(state), "JUPYTER_RUNTIME_DIR": str(state)}
    started, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=course, env=variables, stdout=subprocess.DEVNULL, stderr=said)
        while process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
        seconds = time.perf_counter() - started
        if process.returncode:
            said.seek(0)
            sys.exit(f"`{' '.join(map(str, command))}` ended with {process.returncode}: {said.read()[-2000:].decode()}")
    return seconds, peak


def memory_of(number: int) -> int:
    """The bytes of a process and all that it has started."""
    found = 0
    with suppress(psutil.Error):
        parent = psutil.Process(number)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                found += process.memory_full_info().pss
    return found


def scores(course: Path) -> dict[str, float]:
    """The points of each student for each test."""
    with sqlite3.connect(course / "gradebook.db") as book:
        return {f"{student} {test}": score for student, test, score in book.execute(SCORES)}


def timed(course: Path, command: Sequence[Any]) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds for the batch, for the start of the process and for each notebook, and the memory it took; the scores.

    The start is what a command takes that has one submission to grade, less what one takes. Copies are graded.
    """
    names = sorted(path.name for path in (course / "submissions").iterdir())
    single, _ = run([*command, "--student", names[0]], fresh(course))
    seconds, peak = run(command, graded := fresh(course))
    each = (seconds - single) / (len(names) - 1)
    start = max(0.0, single - each)
    told = {"notebooks": len(names), "seconds": seconds, "start": start, "each": each, "megabytes": peak / MEGA}
    return told, scores(graded)


def fresh(course: Path) -> Path:
    """A copy of the course, in place of an earlier one."""
    copy = course.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    return Path(shutil.copytree(course, copy))


def otter(folder: Path, count: int) -> tuple[dict[str, float], dict[str, float]]:
    """The same for `otter run`, which starts a process for each; and its scores."""
    course = make_course(folder / "otter", STOCK, LESSON, count)
    (course / "tests").mkdir()
    for cell in json.loads((course / "solutions" / LESSON / "magics.ipynb").read_text())["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("grade"):
            name = mark["grade_id"]
            text = OTTER_TEST.format(name=name, points=mark["points"], body=indent("".join(cell["source"]), "    "))
            (course / "tests" / f"{name.replace('-', '_')}.py").write_text(text, encoding="utf-8")
    build()
    for path in (course, *course.rglob("*")):
        path.chmod(0o777)  # whoever it is in the container
    command = ["docker", "run", "--rm", *LIMITS, f"--volume={course}:/course", "--workdir=/course"]
    command += ["--env=HOME=/tmp", f"--env=PYTHONPATH={HOME}/src", f"{IMAGE}:otter"]
    done = subprocess.run([*command, "/opt/otter/bin/python", "-c", OTTER_RUN], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"otter run: {done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    seconds = sum(told["seconds"])
    return {"notebooks": count, "seconds": seconds, "start": 0.0, "each": seconds / count}, told["scores"]


def seams(jobs: int, lesson: str = LESSON) -> list[Any]:
    """The command that grades the lesson with so many jobs."""
    return [sys.executable, "-m", "kernel_seams", "grade", lesson, "--jobs", str(jobs)]


def stages(course: Path) -> dict[str, float]:
    """Where our time goes, in seconds a notebook: one job, in this process."""
    from kernel_seams.grading.opening import open_desk
    from kernel_seams.grading.template import Template

    spent = dict.fromkeys(("read and sanitize", "run in the sandbox", "rows and files"), 0.0)
    with open_desk(course, LESSON) as desk, Template() as template:
        names = desk.students()[:12]
        desk.prepare(names[0], template)  # the plans of its tests are made once
        for name in names:
            clock = [time.perf_counter()]
            paper = desk.prepare(name, template)
            clock.append(time.perf_counter())
            results = {each: job.start(template).wait() for each, job in paper.jobs.items()}
            clock.append(time.perf_counter())
            desk.keep(paper, results)
            clock.append(time.perf_counter())
            for stage, (begun, ended) in zip(spent, itertools.pairwise(clock), strict=True):
                spent[stage] += (ended - begun) / len(names)
    return spent


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Everything, in one run."""
    ours = (ROOT / "nbgrader_config.py").read_text()
    cores = len(os.sched_getaffinity(0))
    stock = [sys.executable, "-m", "nbgrader", "autograde", LESSON]
    commands = {"stock nbgrader": stock, "seams, one job": seams(1), "seams, all cores": seams(cores)}
    courses = {"stock nbgrader": make_course(folder / "stock", STOCK, LESSON, options.stock)}
    courses |= dict.fromkeys(commands.keys() - courses, make_course(folder / "ours", ours, LESSON, options.submissions))
    found: dict[str, dict[str, float]] = {}
    rounds: list[dict[str, dict[str, float]]] = []
    for _ in range(options.rounds):
        rounds.append({})
        for name, command in commands.items():
            rounds[-1][name], found[name] = timed(courses[name], command)
            check(name, found)
    result: dict[str, Any] = {"cores": cores, "rounds": rounds}
    for name in commands:
        result[name] = {what: median(one[name][what] for one in rounds) for what in rounds[0][name]}
    for ratio, (rival, name, _) in RATIOS.items():
        result[ratio] = [one[rival]["each"] / one[name]["each"] for one in rounds]
    if options.otter:
        result["otter run"], found["otter run"] = otter(folder, options.otter)
        check("otter run", found)
    result["where one notebook's time goes"] = stages(make_course(folder / "stages", ours, LESSON, 12))
    result["other lessons"] = {}
    for lesson in sorted(path.name for path in (ROOT / "solutions").iterdir()) if options.kernels else []:
        if lesson != LESSON:
            made = make_course(folder / lesson, ours, lesson, 3)
            result["other lessons"][lesson], _ = timed(made, seams(1, lesson))
    return result


def check(name: str, found: Mapping[str, Mapping[str, float]]) -> None:
    """See that these scores are those of stock."""
    theirs, stock = found[name], found["stock nbgrader"]
    for test in theirs.keys() & stock.keys():
        if theirs[test] != stock[test]:
            sys.exit(f"{name} gives {theirs[test]} for {test}, and stock nbgrader {stock[test]}")


def main() -> None:
    """Measure, and print the ratios beside their targets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=64)
    parser.add_argument("--stock", type=int, default=24, help="how many stock nbgrader grades; it is slow")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--otter", type=int, default=0, help="how many `otter run` grades; it is slower still")
    parser.add_argument("--kernels", action="store_true", help="the other lessons, too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grading-") as place:
        Path(place).chmod(0o755)
        result = measure(options, Path(place))
    print(json.dumps(result, indent=2) if options.json else told(result))


def told(result: dict[str, Any]) -> str:
    """What was measured, for a person."""
    lines = []
    names = ["otter run", "stock nbgrader", "seams, one job", "seams, all cores"]
    for name, one in {**{name: result[name] for name in names if name in result}, **result["other lessons"]}.items():
        speed = f"{1 / one['each']:6.2f} a second, start {one['start']:4.1f} s"
        memory = f", {one['megabytes']:5.0f} MB" if "megabytes" in one else ""
        lines.append(f"{name:<18} {one['notebooks']:3.0f} notebooks in {one['seconds']:6.1f} s, {speed}{memory}")
    lines += [
        f"    {stage:<20} {1000 * seconds:6.0f} ms"
        for stage, seconds in result["where one notebook's time goes"].items()
    ]
    for ratio, (*_, target) in RATIOS.items():
        each = sorted(result[ratio])
        spread = f"{each[0]:.2f} to {each[-1]:.2f} in {len(each)} rounds"
        lines.append(f"{ratio:<22} {median(each):6.2f}   ({spread})   target at least {target}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
