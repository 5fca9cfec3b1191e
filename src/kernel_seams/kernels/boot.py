"""Start a kernel for real and ask it who it is."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import IO, Any

from kernel_seams.kernels.languages import interpreter_question
from kernel_seams.kernels.specs import kernel_folders

BOOT_SECONDS = 60.0
LATE_SECONDS = 5.0
LAST_WORDS = 400


@dataclass(frozen=True)
class Boot:
    """What came of starting a kernel.

    `seconds` is from launch to the answered ``kernel_info_request``;
    `interpreter` is what the kernel itself says runs its code (None where we do
    not speak its language); `problem` is None or what went wrong, with the last
    line the kernel wrote to stderr.
    """

    name: str
    seconds: float | None = None
    language: str | None = None
    version: str | None = None
    interpreter: str | None = None
    problem: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The result as plain data."""
        return dict(self.__dict__)


def boot(name: str, timeout: float = BOOT_SECONDS) -> Boot:
    """Start the kernel called `name`, wait until it answers, ask which interpreter runs it, stop it.

    What the kernel writes (history, connection file) goes to a temporary
    folder. Never raises for what the kernel does.
    """
    with tempfile.TemporaryDirectory(prefix="seams-boot-") as folder, (Path(folder) / "stderr").open("w+b") as stderr:
        try:
            return _boot(name, Path(folder), stderr, timeout)
        except Exception as error:  # whatever a stranger's kernel causes is its result, not ours
            return Boot(name, problem=_told(error, stderr))


def private_environment(folder: Path) -> dict[str, str]:
    """The variables that make a kernel write below `folder` instead of the person's home."""
    return {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "DENO_DIR": str(folder / "deno"),
    }


def _boot(name: str, folder: Path, stderr: IO[bytes], timeout: float) -> Boot:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    # Its own search for kernelspecs would make ~/.ipython where there is none.
    specs = KernelSpecManager(kernel_dirs=[str(place) for place in kernel_folders()])
    manager = KernelManager(kernel_name=name, kernel_spec_manager=specs, connection_file=str(folder / "kernel.json"))
    started = time.monotonic()
    manager.start_kernel(env={**os.environ, **private_environment(folder)}, stderr=stderr, stdout=stderr)
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=timeout)
        seconds = time.monotonic() - started
        language = _language(client, timeout)
        question = interpreter_question(str(language.get("name", "")))
        interpreter = _ask(client, question, timeout) if question else None
        return Boot(name, seconds, language.get("name"), language.get("version"), interpreter)
    finally:
        with contextlib.suppress(Exception):
            client.stop_channels()
        manager.shutdown_kernel(now=True)


def _language(client: Any, timeout: float) -> dict[str, Any]:
    """The ``language_info`` of the kernel's ``kernel_info_reply``."""
    reply = client.kernel_info(reply=True, timeout=timeout)
    info = reply["content"].get("language_info")
    return info if isinstance(info, dict) else {}


def _ask(client: Any, code: str, timeout: float) -> str | None:
    """What `code` prints, without the white space around it; None where it prints nothing."""
    request = client.execute(code, allow_stdin=False)
    printed, idle, deadline = "", False, time.monotonic() + timeout
    while not (idle and printed):
        try:
            message = client.get_iopub_msg(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            break
        content = message["content"]
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "stream" and content.get("name") == "stdout":
            printed += str(content.get("text", ""))
        if content.get("execution_state") == "idle":
            # Deno often sends what was printed only after idle: it is given a moment more.
            idle, deadline = True, time.monotonic() + LATE_SECONDS
    return printed.strip() or None


def _told(error: Exception, stderr: IO[bytes]) -> str:
    """The error in one line, with the kernel's own last words if it had any."""
    stderr.seek(0)
    lines = stderr.read().decode(errors="replace").strip().splitlines()
    words = " ".join(str(error).split()) or type(error).__name__
    return f"{words}; it said: {lines[-1][:LAST_WORDS]}" if lines else words
