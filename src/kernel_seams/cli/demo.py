"""``seams demo``: list the demos, run one, run all."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.text import Text

from kernel_seams import demos
from kernel_seams.checkout import require_checkout
from kernel_seams.console import cell, console, plain, print_json, table
from kernel_seams.errors import DemoError


@click.command(name="demo")
@click.argument("number", required=False, type=int)
@click.option("--all", "every", is_flag=True, help="Run all demos, one after the other.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing of what the demos say.")
def command(number: int | None, every: bool, as_json: bool) -> None:
    """Run demo NUMBER on live processes and compare what it claims with what it observed.

    Without NUMBER the demos are listed. The exit code is 1 if a claim is
    contradicted or a demo does not come to its end.
    """
    checkout = require_checkout("seams demo")
    found = demos.find(checkout)
    if not every and number is None:
        _list(found, as_json)
        return
    results = []
    for demo in _chosen(found, number, every):
        if not as_json:
            _introduce(demo)
        results.append(demos.run(demo, checkout, _ignore if as_json else _tell, narrate=not as_json))
        if not as_json:
            _conclude(results[-1])
    if as_json:
        print_json([result.to_json() for result in results])
    problems = [result.problem for result in results if result.problem]
    if problems:
        raise DemoError(" ".join(problems))


def _chosen(found: Sequence[demos.Demo], number: int | None, every: bool) -> list[demos.Demo]:
    if every and number is not None:
        raise click.UsageError("Give a number or --all, not both.")
    chosen = [demo for demo in found if every or demo.number == number]
    if not chosen:
        there_are = ", ".join(str(demo.number) for demo in found)
        raise click.BadParameter(f"there is no demo {number}; there are {there_are}.", param_hint="NUMBER")
    return chosen


def _list(found: Sequence[demos.Demo], as_json: bool) -> None:
    if as_json:
        print_json([demo.to_json() for demo in found])
        return
    rows = table("number", "title", header=False)
    for demo in found:
        rows.add_row(cell(demo.number, "bold"), cell(demo.title))
    console().print(rows)
    console().print("\n`seams demo 1` runs the first, `seams demo --all` runs them all.")


def _introduce(demo: demos.Demo) -> None:
    out = console()
    out.print(Text(f"{demo.number}. {plain(demo.title)}\n", style="bold"))
    out.print(Text(f"{demo.text}\n", style="dim"))


def _ignore(claim: demos.Claim) -> None:
    """Say nothing: the claim will be in the JSON."""


def _tell(claim: demos.Claim) -> None:
    """Print a claim on one line: what was observed, and if that is not what was expected, both."""
    out = console()
    line = Text("  holds  " if claim.holds else "  FALSE  ", style="green" if claim.holds else "bold red")
    line.append(f"{plain(claim.claim)}: ", style="default")
    line.append(_shown(claim.observed), style="bold" if claim.holds else "bold red")
    if not claim.holds:
        line.append(f", expected {_shown(claim.expected)}", style="bold")
    out.print(line)


def _shown(value: object) -> str:
    """A value for reading: text as it is, lists without brackets, nothing as a word."""
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    return plain(value if isinstance(value, str) else repr(value)) or "(nothing)"


def _conclude(result: demos.Result) -> None:
    out = console()
    held = sum(claim.holds for claim in result.claims)
    out.print(Text(f"\n{held} of {len(result.claims)} claims hold, {result.seconds:.1f} s.\n", style="dim"))
