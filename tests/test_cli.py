"""The command line as a whole: help, exit codes, one line for each problem."""

import os
import subprocess
import sys
from importlib.metadata import requires

import pytest

from kernel_seams.cli import COMMANDS


def seams(*arguments, **more):
    """The finished run of ``seams`` with `arguments`."""
    command = [sys.executable, "-m", "kernel_seams", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100, **more)


def test_help_names_every_command():
    """``seams --help`` has a line for each command, in the words of the command itself."""
    shown = seams("--help").stdout

    for name, (_, line) in COMMANDS.items():
        assert f"{name} " in shown
        assert line.split(",")[0] in shown


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_has_help(name):
    """Each command answers --help with its usage."""
    done = seams(name, "--help")

    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: seams {name} ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "seams: No such command 'nope'. See `seams --help`.\n"),
        (["kernels", "list", "--nope"], "seams: No such option '--nope'. See `seams kernels list --help`.\n"),
        (
            ["kernels", "remove"],
            "seams: Missing argument 'NAME...'. Choose from: python3, bash, deno, analysis, pypy, ir, julia, mine. "
            "See `seams kernels remove --help`.\n",
        ),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(arguments, said):
    """Bad usage says what was wrong and where help is, in one line on stderr."""
    done = seams(*arguments)

    assert (2, said, "") == (done.returncode, done.stderr, done.stdout)


def test_a_reader_that_goes_away_is_no_error():
    """``seams ... | head`` ends without a word, and with the exit code of a program that a closed pipe has ended."""
    for arguments in (["kernels", "list"], ["build", "--help"]):  # rich prints the one, click the other
        read, write = os.pipe()
        os.close(read)
        command = [sys.executable, "-m", "kernel_seams", *arguments]
        done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
        os.close(write)

        assert (done.returncode, done.stderr) == (141, b"")


def test_ctrl_c_while_the_command_is_imported():
    """Until there is somebody to say "stopped." it ends the process as it ends any other, without a traceback."""
    ask = "import signal; print(signal.getsignal(signal.SIGINT) is signal.{})"
    begin = "import sys; sys.argv[:] = {}; import kernel_seams.cli; "
    command = "kernel_seams.cli.LazyGroup().get_command(None, 'kernels'); "
    ignored = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "

    def said(code):
        return subprocess.check_output([sys.executable, "-c", code], text=True).strip()

    assert said(begin.format(["seams"]) + ask.format("SIG_DFL")) == "True"
    assert said(begin.format(["seams"]) + command + ask.format("default_int_handler")) == "True"
    # Where it is ignored it stays so (nohup), and whoever only imports the package keeps what there is.
    assert said(ignored + begin.format(["seams"]) + command + ask.format("SIG_IGN")) == "True"
    assert said(begin.format(["other"]) + ask.format("default_int_handler")) == "True"


def test_a_light_install_is_light():
    """Without extras only what a light command line needs is asked for."""
    asked = {name.split(">")[0] for name in requires("kernel-seams") or [] if "extra ==" not in name}

    assert asked == {"click", "jupyter-core", "rich"}


def test_the_command_line_starts_without_the_heavy_packages():
    """``seams --version`` and ``kernels list`` import neither zmq nor jupyter_client."""
    code = (
        "import sys; sys.argv[1:] = ['kernels', 'list']\n"
        "from kernel_seams.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('heavy:', [name for name in ('zmq', 'jupyter_client', 'IPython', 'nbgrader') if name in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.splitlines()[-1] == "heavy: []"
