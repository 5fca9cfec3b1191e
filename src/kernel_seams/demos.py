"""The demos of `scripts/demos/`: find them, run one, compare what it claims with what it observed.

A demo is a file `<number>_<name>.py` that imports nothing of ours. Its docstring
is its title and its text. Its generator `demo()` prints what it does on a live
process and yields `(claim, expected, observed)`.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_seams.checkout import Checkout
from kernel_seams.console import plain
from kernel_seams.errors import DemoError
from kernel_seams.signals import terminated_as_interrupted

STDOUT, STDERR = 1, 2


@dataclass(frozen=True)
class Demo:
    """A demo as its file presents it: `title` is the first line of its docstring, `text` the rest."""

    number: int
    path: Path
    title: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """The demo as plain data."""
        return {"number": self.number, "title": self.title, "file": self.path.name}


@dataclass(frozen=True)
class Claim:
    """One thing a demo claims, with what it expected and what it observed on a live process."""

    claim: str
    expected: object
    observed: object

    @property
    def holds(self) -> bool:
        """Whether the observation is what was expected."""
        return bool(self.expected == self.observed)

    def to_json(self) -> dict[str, Any]:
        """The claim as plain data; a value that JSON does not know is given as Python writes it."""
        return {
            "claim": self.claim,
            "expected": _jsonable(self.expected),
            "observed": _jsonable(self.observed),
            "holds": self.holds,
        }


@dataclass(frozen=True)
class Result:
    """A demo that was run: its claims in order, and in one sentence what went wrong (None: nothing)."""

    demo: Demo
    claims: tuple[Claim, ...]
    seconds: float
    problem: str | None

    def to_json(self) -> dict[str, Any]:
        """The result as plain data."""
        return {
            **self.demo.to_json(),
            "claims": [claim.to_json() for claim in self.claims],
            "seconds": round(self.seconds, 3),
            "problem": self.problem,
        }


def find(checkout: Checkout) -> list[Demo]:
    """The demos of `checkout` by number, read and not run."""
    found = [(re.fullmatch(r"(\d+)_\w+\.py", path.name), path) for path in checkout.demos.iterdir()]
    return sorted((_read(int(match[1]), path) for match, path in found if match), key=lambda demo: demo.number)


def run(demo: Demo, checkout: Checkout, tell: Callable[[Claim], None], *, narrate: bool = True) -> Result:
    """Run `demo`, `tell` each claim as it comes, and return all of them.

    What the demo prints goes to stdout, or nowhere unless `narrate`. What its
    kernels write on their stderr is kept back, and quoted if the demo stops.
    """
    start = time.perf_counter()
    told: list[Claim] = []
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile("a+b"))
        stack.enter_context(_private(checkout))
        stack.enter_context(terminated_as_interrupted())
        stack.enter_context(_redirected(STDERR, log))
        if not narrate:
            stack.enter_context(_silent())
        try:
            for claim in stack.enter_context(contextlib.closing(_claims(demo))):
                told.append(claim)
                tell(claim)
            problem = _contradiction(demo, told)
        except BrokenPipeError:
            raise  # our reader has gone; that says nothing about the demo
        except Exception as stopped:
            problem = _stopped(demo, stopped, log)
    return Result(demo, tuple(told), time.perf_counter() - start, problem)


def _read(number: int, path: Path) -> Demo:
    try:
        docstring = ast.get_docstring(ast.parse(path.read_bytes(), str(path)))
    except (OSError, SyntaxError, ValueError) as problem:
        raise DemoError(f"{path} cannot be read as a demo: {problem}.") from problem
    title, _, text = (docstring or path.stem).partition("\n")
    return Demo(number, path, title.strip().rstrip("."), text.strip("\n"))


def _claims(demo: Demo) -> Generator[Claim]:
    spec = importlib.util.spec_from_file_location(f"seams_demo_{demo.number}", demo.path)
    if spec is None or spec.loader is None:
        raise DemoError(f"{demo.path} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # Closed with us: a demo ends its kernels in a `finally`, which must not wait for the garbage collector.
    with contextlib.closing(module.demo()) as yielded:
        for claim, expected, observed in yielded:
            yield Claim(str(claim), expected, observed)


@contextlib.contextmanager
def _private(checkout: Checkout) -> Iterator[None]:
    """What Jupyter, IPython and bash write of themselves goes into a folder that is removed at the end."""
    try:
        checkout.state.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix="demo-", dir=checkout.state, ignore_cleanup_errors=True)
    except OSError as problem:
        raise DemoError(f"A demo needs to write to {checkout.state}, and cannot: {problem.strerror}.") from problem
    before = dict(os.environ)
    with folder as path:
        own = Checkout(Path(path)).jupyter_environment()
        # Deno unpacks what it needs into its folder once; bash saves its history when it ends.
        own |= {"DENO_DIR": checkout.jupyter_environment()["DENO_DIR"], "HISTFILE": str(Path(path) / "bash_history")}
        os.environ.update(own)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextlib.contextmanager
def _redirected(descriptor: int, file: Any) -> Iterator[None]:
    """What this process and its children write to `descriptor` goes to `file`."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    kept = os.dup(descriptor)
    os.dup2(file.fileno(), descriptor)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os.dup2(kept, descriptor)
        os.close(kept)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Nothing reaches stdout, neither from this process nor from a kernel it starts."""
    with Path(os.devnull).open("w") as nowhere, _redirected(STDOUT, nowhere), contextlib.redirect_stdout(nowhere):
        yield


def _contradiction(demo: Demo, claims: list[Claim]) -> str | None:
    """The first claim that does not hold, in one sentence."""
    if not claims:
        return f"Demo {demo.number} ({demo.title}) has claimed nothing."
    for claim in claims:
        if not claim.holds:
            values = f"expected {claim.expected!r}, observed {claim.observed!r}"
            return _line(f"Demo {demo.number} ({demo.title}) is contradicted in its claim {claim.claim!r}: {values}.")
    return None


def _stopped(demo: Demo, problem: Exception, log: Any) -> str:
    """Why the demo came to no end, what the kernel last said of it, and what to do, in one line."""
    why = f"{type(problem).__name__}: {problem}".rstrip(". ")
    log.seek(0)
    # Kernels warn at every start (ipykernel: of TCP, Deno: of itself); only what is no warning can be the reason.
    lines = log.read().decode(errors="replace").splitlines()
    said = [line for line in lines if line.strip() and "warn" not in line.lower()]
    quoted = f" (on stderr: {said[-1].strip()})" if said else ""
    if isinstance(problem, ModuleNotFoundError):
        advice = "`./scripts/seams demo` runs it where all that it needs is installed"
    elif type(problem).__name__ == "NoSuchKernel":  # jupyter_client's; named, because it may not be installed
        advice = "`seams kernels install` installs the workshop's kernels"
    else:
        advice = "`seams kernels list --boot` shows which kernels start, and why one does not"
    return _line(f"Demo {demo.number} ({demo.title}) stopped: {why}{quoted}. {advice}.")


def _line(text: str) -> str:
    """`text` on one line, without control characters: a kernel may have had a say in it."""
    return plain(" ".join(text.split()))


def _jsonable(value: object) -> Any:
    try:
        return json.loads(json.dumps(value, default=repr, allow_nan=False))
    except (TypeError, ValueError):
        return repr(value)
