"""What the lessons claim, asserted from live processes."""

import subprocess
import sys

import pytest
from jupyter_client import BlockingKernelClient

from kernel_seams.course.kernels import given_kernel

LINES = "6 * 7\n_ + 1\nOut\n!echo hello\n1 / 0\n"


@pytest.fixture(scope="module")
def bare():
    """What bare Python writes when LINES are typed at its prompt."""
    return typed("-I", "-q", "-i")


@pytest.fixture(scope="module")
def ipython():
    """What IPython in a terminal writes; no browser is there."""
    return typed("-m", "IPython", "--simple-prompt", "--colors=nocolor", "--no-banner", "--no-confirm-exit")


def typed(*program):
    return subprocess.run([sys.executable, *program], input=LINES, capture_output=True, text=True, timeout=90)


def asked(expression):
    """The repr of `expression` in a process with a plain IPython shell called `shell`."""
    program = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "from traitlets.config import Config\n"
        "shell = InteractiveShell.instance(config=Config({'HistoryManager': {'enabled': False}}))\n"
        f"print(repr({expression}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=90)
    return done.stdout.strip()


def in_a_kernel(expression):
    """What `print(expression)` writes in a kernel of its own."""
    with given_kernel() as connection_file:
        client = BlockingKernelClient(connection_file=str(connection_file))
        client.load_connection_file()
        client.start_channels()
        written = []
        client.execute_interactive(
            f"print({expression})",
            timeout=90,
            output_hook=lambda message: written.append(message["content"].get("text", "")),
        )
        client.stop_channels()
    return "".join(written)


def test_the_echo_the_underscore_and_the_exception_are_pythons(bare):
    """01: bare Python shows 42, knows `_`, and says ZeroDivisionError; a script shows nothing."""
    assert bare.stdout.split() == ["42", "43"]
    assert "ZeroDivisionError: division by zero" in bare.stderr
    assert subprocess.check_output([sys.executable, "-c", "6 * 7"]) == b""


def test_out_the_bang_and_the_arrow_are_ipythons(bare, ipython):
    """01: they are there in IPython without a browser, and not in bare Python."""
    assert "NameError: name 'Out' is not defined" in bare.stderr
    assert "Out[3]: {1: 42, 2: 43}" in ipython.stdout
    assert "!echo hello" in bare.stderr.split("SyntaxError")[0]
    assert "hello" in ipython.stdout
    assert "---->" not in bare.stdout + bare.stderr
    assert "----> 1 1 / 0" in ipython.stdout


def test_a_traceback_goes_three_ways(bare, ipython):
    """01: Python writes it to stderr and IPython to stdout (that a kernel sends it is lesson 03's)."""
    assert "ZeroDivisionError" in bare.stderr
    assert "ZeroDivisionError" not in bare.stdout
    assert "ZeroDivisionError" in ipython.stdout
    assert "ZeroDivisionError" not in ipython.stderr


def test_the_names_of_tab_and_the_html_of_a_table_are_data():
    """01: IPython gives both as texts; what draws a menu or a table is not in this process."""
    assert "len" in in_a_kernel('" ".join(get_ipython().kernel.do_complete("le", 2)["matches"])').split()
    table = "__import__('IPython.display').display.HTML('<table></table>')"
    assert "'text/html': '<table></table>'" in asked(f"shell.display_formatter.format({table})")


def test_an_extension_stays_until_it_takes_itself_out():
    """04: unloading only calls a function; without one, IPython says so and the magic stays."""
    module = "__import__('sys').modules.setdefault('left', __import__('types').ModuleType('left'))"
    load = "lambda shell: shell.register_magic_function(str, 'line', 'stays')"
    steps = (
        f"[setattr({module}, 'load_ipython_extension', {load}), shell.extension_manager.load_extension('left'), "
        "shell.extension_manager.unload_extension('left'), 'stays' in shell.magics_manager.magics['line']]"
    )
    assert asked(steps) == "[None, None, 'no unload function', True]"


def test_each_bash_cell_is_a_process_of_its_own():
    """04: a variable set in one `%%bash` cell is gone in the next."""
    said = asked("[shell.run_cell_magic('bash', '', text) for text in ('word=salt', 'echo \"<$word>\"')]")

    assert said.splitlines() == ["<>", "[None, None]"]
