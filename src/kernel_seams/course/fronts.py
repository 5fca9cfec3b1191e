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
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from kernel_seams.course import own
from kernel_seams.course.check import CheckFailed
from kernel_seams.course.own import EMPTY, bench, command, unfilled
from kernel_seams.course.plain import printable

__all__ = ["connection", "found", "session", "stage", "texts"]

PROGRAM = "frontend.py"
SECONDS = 60


def found(folders: Sequence[Mapping[str, str]], variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What `find_kernels` finds where each of `folders`, {name: text of its kernel.json}, is one of JUPYTER_PATH.

    {"found": {name: number of the folder}, "specs": {name: what read_spec says, or the error}}; others are left out.
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


def connection(transport: str) -> dict[str, Any]:
    """A `new_connection`, whether its ip is "inside" of the folder it was given, and what `write_private` wrote.

    "mode" says whose the file is, "written" whether it holds what it was to hold.
    """
    with bench(PROGRAM) as folder:
        said: dict[str, Any] = _value(_run(folder, [["connection", transport]])["values"][0])
        return said


def texts(messages: Sequence[Sequence[object]]) -> list[object]:
    """What `as_text` makes of each of `messages`, (msg_type, content)."""
    with bench(PROGRAM) as folder:
        return [_value(value) for value in _run(folder, [["as_text", *message] for message in messages])["values"]]


def session(script: Mapping[str, Any], calls: Sequence[Sequence[object]], **options: Any) -> dict[str, Any]:
    """What becomes of these `calls` of a front-end, with an actor as its kernel.

    A call is the name of a method and its arguments; start needs none. ["sigint", seconds] is a Ctrl-C, so much
    later; ["until", text] waits for a line with that text in what the actor writes down. `spec` is added to the
    kernelspec, `typed` is what is typed, `kernel` a real kernel in place of the actor, `patience` START_SECONDS,
    `variables` are environment variables of the front-end.

    {"values", of each call: what it returned, or {"raised", "text"}; "shown": [msg_type, content] each;
     "asked": [prompt, password] each; "record": what the actor wrote down; "left": processes that were still there}
    """
    with bench(PROGRAM) as folder:
        record = folder.parent / "record"
        (folder.parent / "script.json").write_text(json.dumps({"record": str(record), **script}), encoding="utf-8")
        specs = folder.parent / "specs" / "kernels" / "actor"
        specs.mkdir(parents=True)
        (specs / "kernel.json").write_text(json.dumps(_spec(folder.parent, options)), encoding="utf-8")
        variables = {"JUPYTER_PATH": str(folder.parent / "specs"), **options.get("variables", {})}
        given: dict[str, object] = {name: options[name] for name in ("typed", "patience") if name in options}
        job = {"record": str(record), **given}
        said = _run(folder, calls, variables, job)
        lines = record.read_text(encoding="utf-8").splitlines() if record.is_file() else []
        said["record"] = [json.loads(line) for line in lines]
        return {**said, "resource_dir": str(specs)}


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
    left = _end_what_is_left(folder)
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


def _end_what_is_left(folder: Path) -> int:
    """End every process that was started from the bench `folder` and still runs; how many there were."""
    import psutil

    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("SEAMS_OWN") == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                process.kill()
                left.append(process)
    return len(left)


TAKE_IT_OUT = f"Take the import out: {PROGRAM} stands on the standard library and zmq."
OUTSIDE = "Run `python frontend.py python3` in a terminal and do the same by hand: where does it stop?"

# Runs in the child process.
SESSION = """
import json, os, signal, tempfile, threading, time, traceback

with open("job.json", encoding="utf-8") as file:
    job = json.load(file)
import frontend

told = {"values": [], "shown": [], "asked": []}
typed = list(job.get("typed", []))
frontend.PATIENCE = 1  # seconds for a kernel that does not want to end; nobody learns by waiting for five
if "patience" in job:
    frontend.START_SECONDS = job["patience"]


def ask(prompt, password=False):
    told["asked"].append([prompt, password])
    return typed.pop(0) if typed else ""


def plain(value):
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return None


def find():
    places = [each for each in os.environ["JUPYTER_PATH"].split(":") if "data-" in each]
    found = {name: str(folder) for name, folder in frontend.find_kernels().items()}
    number = {name: at for name, folder in found.items() for at, place in enumerate(places) if folder.startswith(place)}
    specs = {}
    for name in number:
        try:
            specs[name] = plain(frontend.read_spec(frontend.find_kernels()[name]))
        except frontend.KernelError as error:
            specs[name] = "KernelError: " + str(error)
    return {"found": number, "specs": specs}


def connection(transport):
    with tempfile.TemporaryDirectory() as folder:
        made, path = frontend.new_connection(folder, transport), os.path.join(folder, "kernel.json")
        frontend.write_private(path, "the text of it")
        mode = "everybody" if os.stat(path).st_mode & 0o077 else "its owner"
        with open(path) as file:
            written = file.read() == "the text of it"
        inside = str(made.get("ip", "")).startswith(str(folder) + os.sep)
        return {"connection": made, "inside": inside, "mode": mode, "written": written}


def until(text):
    for _ in range(200):
        if os.path.exists(job["record"]) and text in open(job["record"]).read():
            return True
        time.sleep(0.05)
    return False


alone = {"find": find, "connection": connection, "until": until, "as_text": lambda *said: frontend.as_text(*said)}
front = None
for name, *arguments in job["calls"]:
    if name == "sigint":
        threading.Timer(arguments[0], os.kill, (os.getpid(), signal.SIGINT)).start()
        continue
    try:
        if name in alone:
            value = alone[name](*arguments)
        else:
            front = front or frontend.FrontEnd(lambda *shown: told["shown"].append(list(shown)), ask)
            if name == "start":
                arguments = ["actor", "ipc"]
            value = getattr(front, name)(*arguments)
        told["values"].append(plain(value))
    except BaseException as error:
        told["values"].append({"raised": type(error).__name__, "text": str(error)})
        traceback.print_exc()
text = json.dumps(told)
with open("answer.json", "w", encoding="utf-8") as file:
    file.write(text)
os._exit(0)
"""
