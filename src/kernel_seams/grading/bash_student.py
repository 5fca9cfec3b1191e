"""The student's side of a Bash notebook: one bash that runs the cells, in the sandbox, and answers as `student` does.

look    names of functions (they can "call") and of variables (their text)
call    one of those functions: {"status": 1, "stdout": b"...", "stderr": b"..."}
"""

from __future__ import annotations

import fcntl
import os
import select
import shlex
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kernel_seams.grading import outputs
from kernel_seams.grading.values import decode, encode

__all__ = ["BASH", "BashStudent", "pipe"]

BASH = ("bash", "--noprofile", "--norc")
# A text from descriptor 8 is run as it stands; its status goes to 9. What it reads is nothing.
LOOP = r"""
while IFS= read -r -d '' -u 8 __seams_text; do
    eval "$__seams_text" </dev/null 8<&- 9>&-
    builtin printf '%d\n' "$?" >&9
done
"""
DESCRIBE = r"""
for __seams_name in {names}; do
    if builtin declare -F "$__seams_name" >/dev/null; then builtin printf 'f%s\0\0' "$__seams_name"
    elif [[ $__seams_name =~ ^[A-Za-z_][A-Za-z0-9_]*$ && -v $__seams_name ]]; then
        builtin printf 'v%s\0%s\0' "$__seams_name" "${{!__seams_name}}"
    fi
done
"""
ENDED = "the bash of this notebook has ended"
LONGEST = 8 * 1024 * 1024


def pipe() -> list[int]:
    """A pipe's ends, with numbers that a script does not use."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 100) for end in ends]
    for end in ends:
        os.close(end)
    return high


class BashStudent:
    """Answers requests with a bash; one that has ended is started anew, and knows nothing then."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._folder = Path(os.environ["TMPDIR"])
        self._bash: subprocess.Popen[bytes] | None = None
        self._open: list[int] = []

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one request."""
        if request["do"] == "cell":
            status, text = self._run(request["source"])
            shown = outputs.stream(text.decode(errors="replace"))
            if status != 0:
                shown.append(outputs.error("", ENDED if status is None else str(status)))
            return {"outputs": shown, "failed": status != 0}
        if request["do"] == "look":
            return {"found": self._look(request["names"])}
        name = self._names[request["of"]]
        arguments = [decode(each, dict) for each in request["args"]]
        return {"value": encode(self._call(name, arguments), lambda value: {"$": "object", "type": str(type(value))})}

    def _look(self, names: list[str]) -> dict[str, Any]:
        _, told = self._run(DESCRIBE.format(names=" ".join(map(shlex.quote, names))))
        found: dict[str, Any] = {}
        parts = told.split(b"\0")
        for head, value in zip(parts[::2], parts[1::2], strict=False):
            kind, name = head[:1], head[1:].decode(errors="replace")
            if kind == b"v":
                found[name] = value.decode(errors="surrogateescape")
            else:
                self._names.append(name)
                about = {"type": "function", "name": name, "module": "", "can": ["call"]}
                found[name] = {"$": "object", "id": len(self._names) - 1, **about}
        return found

    def _call(self, name: str, arguments: list[Any]) -> dict[str, Any]:
        stdin, *words = arguments
        paths = [self._folder / f"seams-{stream}" for stream in ("in", "out", "err")]
        paths[0].write_bytes(stdin)
        words = [word.encode().decode("utf-8", "surrogateescape") for word in (name, *words)]
        given, out, err = (shlex.quote(str(path)) for path in paths)
        status, _ = self._run(f"{' '.join(map(shlex.quote, words))} <{given} >{out} 2>{err}")
        said = [path.read_bytes()[:LONGEST] if path.exists() else b"" for path in paths[1:]]
        return {"status": 255 if status is None else status, "stdout": said[0], "stderr": said[1]}

    def _run(self, text: str) -> tuple[int | None, bytes]:
        """The status of `text`, None if the bash ended, and what it printed."""
        bash = self._started()
        printed = b""
        data = text.encode("utf-8", "surrogateescape").replace(b"\0", b"") + b"\0"
        with suppress(BrokenPipeError):
            while data:
                ready, writable, _ = select.select([self._out], [self._to], [], 0.1)
                if ready:
                    printed += self._read()
                if writable:
                    data = data[os.write(self._to, data[:4096]) :]
                if bash.poll() is not None:
                    break
        status = b""
        while not status.endswith(b"\n"):
            ready, _, _ = select.select([self._out, self._from], [], [])
            if self._out in ready:
                printed = (printed + self._read())[:LONGEST]
            if self._from in ready:
                piece = os.read(self._from, 64)
                if not piece:
                    self._bash = None
                    break
                status += piece
        printed += self._read()
        return (int(status) if status.strip().isdigit() else None), printed[:LONGEST]

    def _read(self) -> bytes:
        """What there is to read by now."""
        text = b""
        with suppress(BlockingIOError):
            while piece := os.read(self._out, 65536):
                text += piece
                if len(text) > LONGEST:
                    break
            else:
                time.sleep(0.001)  # closed: whoever could write has ended
        return text

    def _started(self) -> subprocess.Popen[bytes]:
        if self._bash is not None and self._bash.poll() is None:
            return self._bash
        for descriptor in self._open:
            os.close(descriptor)
        read_text, self._to = pipe()
        self._from, write_status = pipe()
        self._out, out = pipe()
        self._open = [self._to, self._from, self._out]
        os.set_blocking(self._out, False)
        os.set_blocking(self._to, False)
        command = f"exec 8<&{read_text} 9>&{write_status} {read_text}<&- {write_status}>&-; {LOOP}"
        keep = (read_text, write_status)
        self._bash = subprocess.Popen(
            [*BASH, "-c", command], pass_fds=keep, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
        for descriptor in (*keep, out):
            os.close(descriptor)
        return self._bash
