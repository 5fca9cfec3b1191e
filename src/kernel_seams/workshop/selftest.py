"""`seams workshop --selftest`: the real server, and every kernel started through it as a browser would."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kernel_seams.checkout import Checkout
from kernel_seams.console import cell, console, plain, print_json, table
from kernel_seams.errors import KernelError, ServerError
from kernel_seams.kernels.install import kernels_folder
from kernel_seams.kernels.interpreter import resolve
from kernel_seams.kernels.languages import interpreter_question
from kernel_seams.kernels.specs import Kernelspec, find_kernelspecs
from kernel_seams.workshop import server, session, unfinished, workdir
from kernel_seams.workshop.rest import Message, Server, execute_request, printed, reply

KERNEL_SECONDS = 60.0
GOODBYE_SECONDS = 15.0
POLL_SECONDS = 0.5
ALWAYS_OURS = ("python3", "bash", "deno", "analysis")
OURS_WHERE_INSTALLED = ("pypy", "ir", "julia")
EXPECTED = "42"
LINES = 2
SUMS = {
    "python": "print(6 * 7)",
    "bash": "echo $((6 * 7))",
    "typescript": "console.log(6 * 7)",
    "r": 'cat("\\n"); cat(6 * 7, "\\n")',
    "julia": "println(6 * 7)",
}


@dataclass(frozen=True)
class Result:
    """What came of one kernel.

    `seconds` is from the request to start it to its ``kernel_info_reply``;
    `interpreter` and `answer` are what its cell printed, None where no cell was
    run because we do not speak its language; `problem` is None or what went
    wrong; `ours` says that it decides the exit code.
    """

    name: str
    display_name: str
    ours: bool
    language: str = ""
    interpreter: str | None = None
    seconds: float | None = None
    answer: str | None = None
    problem: str | None = None

    @property
    def told(self) -> str:
        """The result in a few words."""
        if self.problem is not None:
            return self.problem
        return self.answer if self.answer is not None else "it answers; no cell was run, this language is not known"


def selftest(checkout: Checkout, *, as_json: bool = False) -> int:
    """Test every kernel that the workshop's JupyterLab offers; 0, or `KernelError` if one of ours does not work."""
    if as_json:
        workdir.fill(checkout)
    else:
        session.show_work(checkout)
    results = asyncio.run(session.until_signal(_run(checkout, quiet=as_json)))
    if results is None:
        raise KeyboardInterrupt
    if as_json:
        print_json({"kernels": [asdict(result) for result in results]})
    else:
        _show(results)
    failed = [f"{result.name}: {plain(result.problem)}" for result in results if result.ours and result.problem]
    if failed:
        raise KernelError(f"{len(failed)} of the workshop's kernels failed. {'; '.join(failed)}")
    return 0


async def _run(checkout: Checkout, *, quiet: bool) -> list[Result]:
    """The results of all kernels, ours first; the server is gone again when this returns."""
    say = _say_nothing if quiet else session.show_step
    await unfinished.finish(checkout)
    started = time.monotonic()
    async with server.running(checkout, 0, "selftest") as lab:
        say("server", f"JupyterLab {version('jupyterlab')} on port {lab.server.port}", time.monotonic() - started)
        started = time.monotonic()
        results = await _test_all(lab, quiet=quiet)
        say("kernels", f"{len(results)} tried", time.monotonic() - started)
        started = time.monotonic()
    say("stop", "JupyterLab and every kernel", time.monotonic() - started)
    return results


async def _test_all(lab: server.Lab, *, quiet: bool) -> list[Result]:
    found = find_kernelspecs()
    specs = {spec.name: spec for spec in found if not spec.hidden_by and not spec.unseen}
    offered: dict[str, Any] = (await lab.server.request("GET", "api/kernelspecs"))["kernelspecs"]
    results = []
    for name in sorted(offered, key=_rank):
        spec = specs.get(name)
        shown = offered[name]["spec"]
        untested = Result(
            name, str(shown.get("display_name", "")), _is_ours(spec, name), str(shown.get("language", ""))
        )
        with contextlib.nullcontext() if quiet else session.under_way("kernels", f"starting {plain(name)}"):
            results.append(await _test(lab, untested, spec))
    return [*results, *_not_offered(found, offered)]


async def _test(lab: server.Lab, untested: Result, spec: Kernelspec | None) -> Result:
    """What came of starting one kernel; whatever a stranger's kernel causes is its result, not ours."""
    try:
        async with asyncio.timeout(KERNEL_SECONDS):
            return await _start_and_ask(lab.server, untested)
    except TimeoutError:
        problem = f"it did not answer within {KERNEL_SECONDS:.0f} s (see {lab.log})"
    except KernelError as error:
        problem = f"{error} (see {lab.log})"
    except Exception as error:
        # The server's words for a program that is not there are "Unhandled error".
        cause = spec and (spec.problem or resolve(spec).problem)
        problem = cause or f"{' '.join(str(error).split()) or type(error).__name__} (see {lab.log})"
    if lab.code is not None:
        raise lab.died(lab.code)
    return replace(untested, problem=problem)


async def _start_and_ask(jupyter: Server, untested: Result) -> Result:
    started = time.monotonic()
    kernel = (await jupyter.request("POST", "api/kernels", {"name": untested.name}))["id"]
    try:
        return await _unless_dead(jupyter, kernel, _ask(jupyter, kernel, untested, started))
    finally:
        # A kernel that hangs may not let itself be shut down; it then ends with the server.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await jupyter.request("DELETE", f"api/kernels/{kernel}")


async def _ask(jupyter: Server, kernel: str, untested: Result, started: float) -> Result:
    """Who the kernel is, and what its cell prints."""
    async with jupyter.channels(kernel) as channels:
        info = reply(await channels.ask("kernel_info_request", {}))
        seconds = round(time.monotonic() - started, 2)
        language = str(info.get("language_info", {}).get("name") or untested.language)
        ready = replace(untested, seconds=seconds, language=language)
        code = _cell(language)
        return _judge(ready, await channels.ask("execute_request", execute_request(code), LINES)) if code else ready


async def _unless_dead(jupyter: Server, kernel: str, work: Coroutine[Any, Any, Result]) -> Result:
    """What `work` returns; `KernelError` once the server has given the kernel up, which the WebSocket never says."""
    working, watching = asyncio.ensure_future(work), asyncio.ensure_future(_death(jupyter, kernel))
    try:
        await asyncio.wait([working, watching], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise KernelError("it died as often as it was started")
        return working.result()
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _death(jupyter: Server, kernel: str) -> None:
    """Return once the server has no such kernel any more, or calls it dead."""
    with contextlib.suppress(ServerError):
        while (await jupyter.request("GET", f"api/kernels/{kernel}"))["execution_state"] != "dead":
            await asyncio.sleep(POLL_SECONDS)


def _cell(language: str) -> str | None:
    """One cell that prints the interpreter that runs it and, on a line of its own, a product; None if we cannot say."""
    question, product = interpreter_question(language), SUMS.get(language.lower())
    return f"{question}\n{product}" if question and product else None


def _judge(result: Result, messages: list[Message]) -> Result:
    """`result` with what the cell printed."""
    answer = reply(messages)
    if answer.get("status") != "ok":
        return replace(result, problem=f"its cell failed: {answer.get('ename')}: {answer.get('evalue')}")
    lines = [line.strip() for line in printed(messages).splitlines() if line.strip()]
    if len(lines) < LINES or lines[-1] != EXPECTED:
        return replace(result, problem=f"its cell printed {lines} and not its interpreter and {EXPECTED}")
    return replace(result, interpreter=lines[-2], answer=lines[-1])


def _not_offered(found: Iterable[Kernelspec], offered: Mapping[str, Any]) -> Iterator[Result]:
    """The kernels that JupyterLab does not show: broken ones, which it drops in silence, and ours that are missing."""
    broken = {spec.name: spec for spec in found if spec.problem and not spec.unseen and not spec.hidden_by}
    for name in sorted({*ALWAYS_OURS, *broken} - set(offered), key=_rank):
        spec = broken.get(name)
        problem = (
            f"JupyterLab does not offer it: in {spec.folder}, {spec.problem}"
            if spec
            else f"not installed; `seams kernels install {name}` installs it"
        )
        yield Result(name, spec.display_name if spec else "", _is_ours(spec, name), problem=problem)


def _is_ours(spec: Kernelspec | None, name: str) -> bool:
    """Whether the workshop promises that this kernel works."""
    installed = spec is not None and spec.folder.parent == kernels_folder(Path(sys.prefix))
    return name in ALWAYS_OURS or (name in OURS_WHERE_INSTALLED and installed)


def _rank(name: str) -> tuple[int, str]:
    """Ours first, in the order in which the course meets them."""
    order = (*ALWAYS_OURS, *OURS_WHERE_INSTALLED)
    return (order.index(name) if name in order else len(order), name)


def _show(results: Iterable[Result]) -> None:
    rows = table("kernel", "language", "interpreter that ran it", "ready", "result")
    for result in results:
        seconds = "" if result.seconds is None else f"{result.seconds:.1f} s"
        style = "" if result.problem is None else "red" if result.ours else "yellow"
        rows.add_row(
            cell(result.name),
            cell(result.language),
            cell(result.interpreter or ""),
            seconds,
            cell(result.told if result.ours else f"{result.told} (not the workshop's)", style),
        )
    console().print(rows)


def _say_nothing(_name: str, _told: str, _seconds: float) -> None:
    """Stand in for `session.show_step` where the output is JSON."""
