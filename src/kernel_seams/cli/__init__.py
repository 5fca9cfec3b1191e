"""The command ``seams``: parse, call, print, exit code. No logic lives here.

Exit codes: 0 done, 1 a problem (one line on stderr), 2 bad usage, 130 Ctrl-C.
Each command is a module of its own, imported when it is called, so that
``seams --help`` and the light commands start at once.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

import click

from kernel_seams.errors import SeamsError

COMMANDS = {
    "build": ("build", "Make solutions/ and exercises/ from lessons/, or verify them."),
    "check": ("check", "Run your notebooks in fresh kernels and say which tasks are right."),
    "class": ("standing", "Say who is stuck where, from nbgrader's gradebook."),
    "conform": ("conform", "Hold a kernel to the protocol's rules, stage by stage, in frames."),
    "demo": ("demo", "Run one of the six demos, or all of them."),
    "doctor": ("doctor", "Say which Python each kernel is, and what keeps it from starting."),
    "grade": ("grade", "Grade what was handed in, in a sandbox, several at a time."),
    "hint": ("hint", "Show the next hint of a task."),
    "kernels": ("kernels", "List, install and remove kernelspecs."),
    "monitor": ("monitor", "Show live what crosses the wire of a tapped kernel."),
    "progress": ("progress", "Say how far you are."),
    "release": ("release", "Make a learner's kit without the solutions."),
    "reset": ("reset", "Begin a lesson anew, and keep what you have beside."),
    "solution": ("solution", "Lay the solved notebooks of a lesson beside yours."),
    "submit": ("submit", "Hand a lesson in where nbgrader collects."),
    "tap": ("tap", "Put a tap between front-ends and a kernel, and break things with it."),
    "trace": ("trace", "Read, check, compare, replay and export what a tap has recorded."),
    "workshop": ("workshop", "Open JupyterLab on the workshop, or test that it would."),
}


class _ReaderGoneError(Exception):
    """Whoever read what we print has gone; click would make an exit code 1 of the system's own error."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        try:
            return super().make_context(*arguments, **more)
        except BrokenPipeError:
            raise _ReaderGoneError from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGoneError from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"kernel_seams.cli.{COMMANDS[cmd_name][0]}")
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # `alone` made it so while there is only importing
            signal.signal(signal.SIGINT, signal.default_int_handler)
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kernel-seams", prog_name="seams")
def seams() -> None:
    """Kernel, IPython, Jupyter: drive each layer until the boundary between them is obvious."""


def main() -> None:
    """Run ``seams`` on ``sys.argv`` and exit with the code that says how it went."""
    try:
        code = seams.main(prog_name="seams", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as problem:
        problem.show()
        code = 2
    except click.UsageError as problem:
        where = problem.ctx.command_path if problem.ctx else "seams"
        code = _fail(f"{problem.format_message().rstrip('. ')}. See `{where} --help`.", code=2)
    except (SeamsError, click.ClickException) as problem:
        code = _fail(str(problem), code=1)
    except (KeyboardInterrupt, click.Abort):
        code = _fail("stopped.", code=130)
    except (BrokenPipeError, _ReaderGoneError):
        # The reader has gone (`seams ... | head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    sys.exit(code)


def _fail(message: str, code: int) -> int:
    """Print `message` as one line on stderr and return `code`."""
    click.echo(f"seams: {' '.join(message.split())}", err=True)
    return code
