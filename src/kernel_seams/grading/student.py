"""The student's process: runs cells and answers what the checker asks, in the sandbox, until it is ended.

Nothing that it says counts: it gives values, and the checker judges them. A
request is one object, and so is its answer, with the request's number in "n":

    {"do": "cell", "source": ...}              {"outputs": [...], "failed": true}
    {"do": "look", "names": [...]}             {"found": {name: value}}
    {"do": "call", "of": 7, "args": [...]}     {"value": ..., "printed": ...}  or  {"raised": {...}, "printed": ...}

What is no plain data stays here; the checker gets its number and asks for more with it.
"""

from __future__ import annotations

import operator
import os
import random
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

from kernel_seams.course import ask, check
from kernel_seams.grading.bash_student import BashStudent
from kernel_seams.grading.forks import TOO_MUCH_OUTPUT
from kernel_seams.grading.frames import Channel, Gone, Malformed
from kernel_seams.grading.shell import Shell
from kernel_seams.grading.values import NotPlain, content, decode, encode

__all__ = ["Student", "live"]

ENTER: Callable[[Any], Any] = operator.methodcaller("__enter__")
# What can be done with an object of the student's; each with the arguments that came.
OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": lambda of, *arguments, **keywords: of(*arguments, **keywords),
    "getattr": getattr,
    "setattr": setattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "len": len,
    "contains": operator.contains,
    "iter": iter,
    "next": next,
    "str": str,
    "repr": repr,
    "enter": ENTER,
    "exit": lambda of, *about: of.__exit__(*(about or (None, None, None))),
}
OF_ALL = {"getattr", "setattr", "str", "repr"}


def _can(value: Any) -> list[str]:
    """Which of the operations that have a method of their own the class of `value` has."""
    # Not `hasattr`: a class is called by its own class, so every class has a `__call__`.
    there = {name for kind in type(value).__mro__ for name in vars(kind)}
    can = [kind for kind in OPERATIONS if kind not in OF_ALL and f"__{kind}__" in there]
    can += ["hash"] if type(value).__hash__ is not None else []
    # `list[0]` is a type, and so is `list[1]`: that a class cannot be gone through has to be asked.
    return [*can, "getitem", "iter"] if isinstance(value, type) and hasattr(value, "__class_getitem__") else can


class Student:
    """Answers requests with the names and the shell of this process."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self._objects: dict[int, Any] = {}

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one request; whatever the student's code raises is in it."""
        kind = request["do"]
        if kind == "cell":
            outputs, error = self.shell.run(request["source"])
            return {"outputs": outputs, "failed": error is not None}
        names = self.shell.user_ns
        if kind == "look":
            return {"found": {name: self._sent(names[name]) for name in request["names"] if name in names}}
        if kind == "set":
            names[request["name"]] = self._received(request["value"])
            return {}
        if kind == "del":
            names.pop(request["name"], None)
            return {}
        return self._operation(request)

    def _operation(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.shell.outputs = []
        try:
            of = getattr(ask, request["ask"]) if "ask" in request else self._objects[request["of"]]
            arguments = [self._received(each) for each in request["args"]]
            keywords = {name: self._received(each) for name, each in request.get("keywords", {}).items()}
            answer = {"value": self._sent(OPERATIONS[request["do"]](of, *arguments, **keywords))}
        except BaseException as error:
            answer = {"raised": self._described(error)}
        for output in self.shell.outputs:
            if output["output_type"] == "stream":
                key = "printed" if output["name"] == "stdout" else "warned"
                answer[key] = answer.get(key, "") + "".join(output["parts"])
        self.shell.outputs = []
        return answer

    def _sent(self, value: Any) -> Any:
        try:
            return encode(value, self._refer)
        except (NotPlain, RecursionError, RuntimeError):  # too deep, a circle, or changed meanwhile
            return self._refer(value)

    def _received(self, sent: Any) -> Any:
        return decode(sent, lambda described: self._objects[described["id"]])

    def _refer(self, value: Any) -> dict[str, Any]:
        number = len(self._objects)
        self._objects[number] = value
        try:
            name = value.__name__ if type(value.__name__) is str else ""
        except Exception:
            name = ""
        module = name if type(value) is type(os) else ""
        about: dict[str, Any] = {"type": type(value).__name__, "name": name, "module": module, "can": _can(value)}
        with suppress(NotPlain, RecursionError, RuntimeError):
            about["content"] = encode(content(value), self._refer)
        return {"$": "object", "id": number, **about}

    def _described(self, error: BaseException) -> dict[str, Any]:
        """An exception: the names of its class and their bases, its text, and the line it came from."""
        kinds = [[kind.__name__, kind.__module__] for kind in type(error).__mro__][:12]
        try:
            arguments = encode(error.args, self._no_object)
        except (NotPlain, RecursionError):
            arguments = None
        where = check.placed(error)
        return {"kinds": kinds, "text": check.message(error), "args": arguments, "place": where}

    @staticmethod
    def _no_object(value: Any) -> NoReturn:
        raise NotPlain(type(value).__name__)


def live(channel: Channel, language: str, shell: Shell, variables: Mapping[str, str], room: int) -> NoReturn:
    """Answer requests from `channel` until it is closed, for a notebook in Python or Bash."""
    os.environ.clear()
    os.environ.update(variables)
    tempfile.tempdir = None  # what the template had found
    sys.path.insert(0, "")
    sys.argv = [""]
    random.seed()
    busy = False

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        if busy:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    shell.listen(room, lambda: os._exit(TOO_MUCH_OUTPUT))
    student = BashStudent() if language == "bash" else Student(shell)
    me = os.getpid()
    try:
        while True:
            request = channel.receive()
            try:
                busy = True
                answer = student.answer(request)
            finally:
                busy = False
            if os.getpid() != me:  # a fork that was to do something else, and failed: two would answer
                os._exit(1)
            try:
                channel.send({**answer, "n": request["n"]})
            except (Malformed, ValueError, TypeError, RecursionError):
                too_long = {"kinds": [["ValueError", "builtins"]], "text": "more than a test can take", "place": ""}
                channel.send({"raised": {**too_long, "args": None}, "outputs": [], "failed": True, "n": request["n"]})
    except Gone:
        os._exit(0)
    finally:
        os._exit(1)
