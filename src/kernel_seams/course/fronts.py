"""What a check may ask of the learner's own front-end: which kernels it finds, and what it does with one.

    with fronts.stage("execute"):
        played = fronts.session({"answers": {...}}, [["start"], ["execute", "6 * 7"]])
        check.equal(played["shown"], [...], where=..., next_step=...)

`frontend.py` runs in a process of its own, under the guard of `course.own`, and drives `course.actor`, a kernel that
plays a part, or a real one, over ipc. All of it has ended when the answer is there.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from kernel_seams.course import own
from kernel_seams.course.check import CheckFailed
from kernel_seams.course.front_session import SESSION
from kernel_seams.course.own import EMPTY, bench, command, unfilled
from kernel_seams.course.plain import printable

__all__ = ["at_once", "connections", "found", "session", "stage", "texts"]

T = TypeVar("T")
PROGRAM = "frontend.py"
SECONDS = 60
# What was killed may need a moment until it is gone.
DYING, LOOK = 5.0, 0.02


def found(folders: Sequence[Mapping[str, str]], variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What `find_kernels` finds where each of `folders`, {name: text of its kernel.json}, is one of JUPYTER_PATH.

    {"found": {name: number of the folder}, "specs": {name: what read_spec says, or "KIND: TEXT" of its error}}; others
    are left out.
    """
    with bench(PROGRAM) as folder:
        places = [folder.parent / f"data-{number}" for number in range(len(folders))]
        for place, specs in zip(places, folders, strict=True):
            for name, text in specs.items():
                (place / "kernels" / name).mkdir(parents=True)
                if text:
                    (place / "kernels" / name / "kernel.json").write_text(text, encoding="utf-8")
        path = ":".join(["", *(str(place) for place in [*places[:1], folder.parent / "nowhere", *places[1:]])])
        said = _run(folder, [["find"]], {"JUPYTER_PATH": path, **(variables or {})})
        answer: dict[str, Any] = json.loads(json.dumps(_value(said["values"][0])).replace(str(folder.parent), ""))
        return answer


def connections(transport: str) -> list[dict[str, Any]]:
    """Two of `new_connection`, each with whether its ip is "inside" of the folder it was given.

    And what `write_private` wrote: "mode" says whose the file is, "written" whether it holds what it was to hold.
    """
    with bench(PROGRAM) as folder:
        return [_value(value) for value in _run(folder, [["connection", transport]] * 2)["values"]]


def texts(messages: Sequence[Sequence[object]]) -> list[object]:
    """What `as_text` makes of each of `messages`, (msg_type, content)."""
    with bench(PROGRAM) as folder:
        return [_value(value) for value in _run(folder, [["as_text", *message] for message in messages])["values"]]


def session(script: Mapping[str, Any], calls: Sequence[Sequence[object]], **options: Any) -> dict[str, Any]:
    """What becomes of these `calls` of a front-end, with an actor as its kernel.

    A call is the name of a method and its arguments; start needs none. ["sigint", text] is a Ctrl-C in the call after
    it, once that has shown something with this text; ["until", text] waits for a line with that text in what the actor
    writes down, ["quiet"] until nothing comes to it any more. `spec` is added to the kernelspec, `typed` is what is
    typed, `kernel` a real kernel in place of the actor, `patience` START_SECONDS, `variables` are environment variables
    of the front-end.

    {"values", of each call: what it returned, or {"raised", "text"}; "shown": [msg_type, content] each;
     "seconds" and "shown_by", of each call: how long it took, and how many had been shown at its end;
     "asked": [prompt, password] each; "record": what the actor wrote down; "left": processes that were still there,
     "kept": whether a connection file was}
    """
    with bench(PROGRAM) as folder:
        record = folder.parent / "record"
        (folder.parent / "script.json").write_text(json.dumps({"record": str(record), **script}), encoding="utf-8")
        specs = folder.parent / "specs" / "kernels" / "actor"
        specs.mkdir(parents=True)
        (specs / "kernel.json").write_text(json.dumps(_spec(folder.parent, options)), encoding="utf-8")
        own = folder.parent / "t"  # what the front-end leaves behind goes with the bench
        own.mkdir()
        places = {"JUPYTER_PATH": str(folder.parent / "specs"), "TMPDIR": str(own)}
        variables = {**places, **options.get("variables", {})}
        given: dict[str, object] = {name: options[name] for name in ("typed", "patience") if name in options}
        job = {"record": str(record), **given}
        said = _run(folder, calls, variables, job)
        lines = record.read_text(encoding="utf-8").splitlines() if record.is_file() else []
        said["record"] = [json.loads(line) for line in lines]
        paths = [event["started"]["path"] for event in said["record"] if "started" in event]
        return {**said, "resource_dir": str(specs), "kept": any(Path(path).exists() for path in paths)}


def at_once(*plays: Callable[[], T]) -> list[Callable[[], T]]:
    """What is to be asked in place of each of `plays`; all have been played, two at a time: most of it is waiting."""
    with ThreadPoolExecutor(2) as pool:
        return [pool.submit(play).result for play in plays]


def stage(task: str) -> AbstractContextManager[None]:
    """Where a check in here fails and a function of the stage `task` is still empty, say so first."""
    return own.stage(PROGRAM, task, TAKE_IT_OUT)


def _value(value: Any) -> Any:
    """What a function returned; what it raised is raised here under the same name."""
    if isinstance(value, dict) and set(value) == {"raised", "text"}:
        raise type(value["raised"], (Exception,), {})(value["text"])
    return value


def _spec(place: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    """The kernelspec of the actor, or of the real kernel that is asked for: outside of the guard."""
    script = str(place / "script.json")
    argv = [sys.executable, "-m", "kernel_seams.course.actor", "-f", "{connection_file}", script]
    if options.get("kernel") == "python3":
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    more = dict(options.get("spec", {}))
    argv += more.pop("arguments", [])
    spec: dict[str, Any] = {"argv": argv, "display_name": "Actor", "language": "none", **more}
    return {**spec, "env": {"PYTHONPATH": "", **more.get("env", {})}}


def _run(
    folder: Path,
    calls: Sequence[Sequence[object]],
    variables: Mapping[str, str] | None = None,
    job: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """What the child process says; `CheckFailed` if it gave no answer. Whatever it started is ended."""
    (folder / "session.py").write_text(SESSION, encoding="utf-8")
    (folder / "job.json").write_text(json.dumps({"calls": list(calls), **(job or {})}), encoding="utf-8")
    started = command(folder / "session.py")
    line = [started[0], *(f"{name}={value}" for name, value in (variables or {}).items()), *started[1:]]
    try:
        done = subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
        said, code = done.stderr, f"the process ended with exit code {done.returncode}"
    except subprocess.TimeoutExpired as waited:
        said = waited.stderr.decode(errors="replace") if isinstance(waited.stderr, bytes) else ""
        code = f"no end within {SECONDS} seconds"
    left = _end_what_is_left(folder, DYING if ["stop"] in calls else 0.0)
    answer = folder / "answer.json"
    if answer.is_file():
        return {**json.loads(answer.read_text(encoding="utf-8")), "left": left}
    lines = [line.strip() for line in said.strip().splitlines()]
    hole = unfilled(PROGRAM, "", said)
    raise CheckFailed(
        received=printable(lines[-1] if lines else code, 300),
        where=f"{PROGRAM}, with the calls {printable(repr(list(calls)), 120)}",
        expected="the front-end to come to its end",
        next_step=OUTSIDE if hole is None else EMPTY.format(hole=hole, program=PROGRAM),
    )


def _end_what_is_left(folder: Path, seconds: float) -> int:
    """End what was started from the bench `folder` and runs after so many seconds; how many processes that were."""
    import psutil

    def runs(process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error, OSError):
            mine: bool = process.environ().get("SEAMS_OWN") == str(folder)
            return mine and process.status() != psutil.STATUS_ZOMBIE
        return False

    left, deadline = list(filter(runs, psutil.process_iter())), time.monotonic() + seconds
    while (left := list(filter(runs, left))) and time.monotonic() < deadline:
        time.sleep(LOOK)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return len(left)


TAKE_IT_OUT = f"Take the import out: {PROGRAM} stands on the standard library and zmq."
OUTSIDE = "Run `python frontend.py python3` in a terminal and do the same by hand: where does it stop?"
