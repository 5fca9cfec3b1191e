"""``seams conform``: whether a program is a Jupyter kernel, stage by stage, in frames."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kernel_seams.console import console, print_json
from kernel_seams.errors import ConformError

if TYPE_CHECKING:
    from kernel_seams.conform.report import Result


def _numbers(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> set[int] | None:
    """The stages that ``--stage 3`` and ``--stage 1-6`` name."""
    found: set[int] = set()
    for value in values:
        first, _, last = value.partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            raise click.BadParameter(f"{value!r} is no stage: say 3, or 1-6.")
        found |= set(range(int(first), int(last or first) + 1))
    return found or None


@click.command(name="conform")
@click.argument("kernel", nargs=-1, metavar="KERNEL | -- COMMAND ... {connection_file}")
@click.option("--snippets", metavar="FILE", help="Ask in the language of this file, or of a shipped one by its name.")
@click.option(
    "--stage", "only", multiple=True, callback=_numbers, metavar="N", help="Only stage N, or N-M; repeatable."
)
@click.option("--first", "stop_at_first_failure", is_flag=True, help="Stop at the first failure.")
@click.option("--strict", is_flag=True, help="What a kernel may leave out must be there as well.")
@click.option("--budget", default=30.0, show_default=True, help="Seconds for each stage.")
@click.option("--interrupt-mode", type=click.Choice(["signal", "message"]), help="How a COMMAND is interrupted.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a page, as HTML."
)
@click.option(
    "--matrix", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Put a column into its table."
)
@click.option("--as", "name", metavar="NAME", help="What to call the kernel in what is printed and written.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/kernels.md has the schema).")
def command(kernel: tuple[str, ...], report: Path | None, matrix: Path | None, as_json: bool, **options: Any) -> int:
    """Start a kernel and hold it to the rules of the Jupyter protocol, stage by stage.

    KERNEL is the name of a kernelspec. Any program in any language, finished or
    not, is given as a command: seams conform -- ./my_kernel {connection_file}

    Exit code 0: all that was asked passed, 1: a rule failed, 2: bad usage.
    """
    if not kernel:
        raise click.UsageError("Say which KERNEL, or -- COMMAND ... {connection_file}.")
    try:
        from kernel_seams.conform.matrix import update
        from kernel_seams.conform.page import write_page
        from kernel_seams.conform.run import run
        from kernel_seams.conform.show import show
    except ModuleNotFoundError as missing:
        what = f"`seams conform` needs {missing.name}, which a light install leaves out"
        raise ConformError(
            f"{what}: pip install 'kernel-seams[wire]', or uvx --from '.[wire]' seams conform."
        ) from None

    with _progress() as tell:
        found = run(kernel[0] if len(kernel) == 1 else list(kernel), tell=tell, **options)
    if as_json:
        print_json(found.to_json())
    else:
        show(console(), found)
    if report is not None:
        write_page(found, report)
    if matrix is not None:
        update(matrix, found)
    return int(not found.passed)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[Result], None]]:
    """What says on a terminal which rule was tried last; elsewhere nothing is shown."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with console(stderr=True).status("starting the kernel") as line:
        yield lambda result: line.update(f"stage {result.rule.stage}: {result.rule.id} {result.verdict}")
