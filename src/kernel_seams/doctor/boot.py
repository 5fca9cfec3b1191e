"""Start kernels for real, where the person asked for it: died, hung and answered told apart."""

from __future__ import annotations

import json
import re
import secrets
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from kernel_seams.doctor.errors import CONSEQUENCES, explain
from kernel_seams.doctor.facts import Boot, Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.look import is_dir
from kernel_seams.doctor.process import run

SECONDS = 60.0
WORKERS = 2
LAST_BYTES = 16384
LAST_LINES = 6
ERROR = re.compile(r"(?i)\berror\b|Error:|exception|fatal|critical|not found|no such|cannot|denied")


def boot_all(machine: Machine) -> Machine:
    """`machine` with every kernel that Jupyter offers started, asked who it is, and stopped."""
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return replace(machine, kernels=tuple(pool.map(lambda kernel: _booted(kernel, machine), machine.kernels)))


def boot_findings(machine: Machine, known: set[str | None]) -> Iterator[Finding]:
    """What the starts show and the questions did not: kernels of `known` names have their finding already."""
    for kernel in machine.offered:
        boot = kernel.boot
        if boot is None or boot.outcome == "answered" or kernel.name in known:
            continue
        if boot.clean == "answered":
            yield _profile(kernel, boot, machine)
            continue
        lines = _telling(boot.stderr)
        cause = next((one for one in explain(boot.stderr) if one.id not in CONSEQUENCES), None)
        what = {"died": "dies at its start", "hung": "runs and does not answer"}.get(boot.outcome, "is refused")
        yield Finding(
            id=f"boot-{boot.outcome}",
            severity="error",
            title=f"The kernel {kernel.name!r} {what}" + (f": {cause.title}" if cause else ""),
            sees=_seen(boot, lines),
            evidence=tuple(lines) or ("it wrote nothing",),
            advice=cause.advice if cause else "The last lines it wrote are above.",
            fix=cause.fix if cause else (),
            kernel=kernel.name,
        )


def _telling(text: str) -> list[str]:
    """The lines of what a kernel wrote that say most: the last ones, and before them the last that names an error."""
    lines = [line for line in text.splitlines() if line.strip()]
    last = lines[-LAST_LINES:]
    named = [line for line in lines[:-LAST_LINES] if ERROR.search(line)]
    return last if any(ERROR.search(line) for line in last) else [*named[-1:], *last]


def _seen(boot: Boot, lines: list[str]) -> str:
    if boot.outcome == "died":
        return "Kernel died before replying to kernel_info."
    if boot.outcome == "hung":
        return f"Kernel didn't respond in {SECONDS:.0f} seconds."
    return f"HTTP 500: {lines[-1] if lines else 'the kernel was not started'}"


def _profile(kernel: Kernel, boot: Boot, machine: Machine) -> Finding:
    files = [str(file.file) for file in machine.startup] or [str(machine.profile)]
    return Finding(
        id="startup-file",
        severity="error",
        title=f"The kernel {kernel.name!r} {boot.outcome} because of your IPython profile",
        sees="Kernel died before replying to kernel_info; or it never answers.",
        evidence=("with an empty IPYTHONDIR the same kernel answers", *files[:4]),
        advice="Mend or move away the start-up files or the settings, one after the other.",
        fix=tuple(command("mv", "-n", "--", file, f"{file}.off") for file in files[:1]),
        kernel=kernel.name,
    )


def _booted(kernel: Kernel, machine: Machine) -> Kernel:
    found = machine.jupyter.command
    if not kernel.offered or found is None or found.python is None or not machine.jupyter.client:
        return kernel
    boot = _boot(kernel, machine, {})
    if boot.outcome in {"died", "hung"} and is_dir(machine.profile):
        with tempfile.TemporaryDirectory(prefix="seams-ipython-") as empty:
            boot = replace(boot, clean=_boot(kernel, machine, {"IPYTHONDIR": empty}).outcome)
    return replace(kernel, boot=boot)


def _boot(kernel: Kernel, machine: Machine, variables: dict[str, str]) -> Boot:
    python = machine.jupyter.command.python if machine.jupyter.command else None
    word = f"answer-{secrets.token_hex(8)}:"
    source = Path(__file__).with_name("start.py").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="seams-boot-") as folder:
        ran = run(
            [str(python), "-c", source, word, kernel.name, str(SECONDS), folder],
            environment={**machine.environment, **variables, "PYTHONDONTWRITEBYTECODE": "1"},
            seconds=SECONDS + 20,
            folder=str(machine.folder),
        )
        written = _tail(Path(folder) / "output")
    line = next((one[len(word) :] for one in ran.stdout.splitlines() if one.startswith(word)), "")
    try:
        answer = json.loads(line)
        outcome, seconds, problem = str(answer["outcome"]), float(answer["seconds"]), str(answer["problem"])
    except (ValueError, KeyError, TypeError):
        return Boot("refused", ran.seconds, ran.stderr[-LAST_BYTES:] or written)
    return Boot(outcome, seconds, "\n".join(filter(None, (written, problem))))


def _tail(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - LAST_BYTES))
            return opened.read(LAST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
