"""Magics are functions: `%clap` is not Python, it is a call that IPython writes for you.

Two ordinary functions are registered as magics, first in an IPython shell that lives in
this process, then, sent as text over the wire, in the shell inside a live kernel.
On the way you see which line of Python IPython makes of a line with a `%`.
Before you read on, predict who turns `%clap` into a call: Python, the front-end or the kernel.
"""

import inspect
import tempfile
from contextlib import ExitStack, contextmanager

from IPython.core.interactiveshell import InteractiveShell
from jupyter_client import KernelManager

CELLS = ["%clap hello seams", "%%shout !\nwho reads this cell?"]


def clap(line):
    """A line magic is called with the rest of its line."""
    return "".join(f"{word} (clap) " for word in line.split()).strip()


def shout(line, cell):
    """A cell magic is called with the rest of its line and with all that is below it."""
    return cell.strip().upper() + line


def compiled(code):
    """What Python alone makes of `code`."""
    try:
        return type(compile(code, "cell", "exec")).__name__
    except SyntaxError as error:
        return type(error).__name__


def demo():
    for cell in CELLS:
        yield f"Python alone, given {cell.split()[0]}", "SyntaxError", compiled(cell)
    yield from in_a_shell()
    yield from in_a_kernel()


def in_a_shell():
    print("\nAn IPython shell in this process, with the two functions registered:")
    with tempfile.TemporaryDirectory() as folder:
        shell = InteractiveShell(ipython_dir=folder)
        shell.register_magic_function(clap, "line")
        shell.register_magic_function(shout, "cell")
        for cell, direct in zip(CELLS, [clap("hello seams"), shout("!", "who reads this cell?\n")], strict=True):
            rewritten = shell.transform_cell(cell)
            print("\n  typed         " + cell.replace("\n", "\n                "))
            print(f"  rewritten to  {rewritten.strip()}\n  shown         ", end="")
            result = shell.run_cell(cell, store_history=True).result
            print()
            yield "Python alone, given what IPython made of it", "code", compiled(rewritten)
            yield "the magic gives what the plain call of the function gives", direct, result
        shell.history_manager.end_session()


@contextmanager
def kernel_client():
    """A client of a live python3 kernel; both are ended whatever happens."""
    manager = KernelManager(kernel_name="python3")
    with ExitStack() as whatever_happens:
        whatever_happens.callback(manager.shutdown_kernel, now=True)
        manager.start_kernel()
        client = manager.client()
        whatever_happens.callback(client.stop_channels)
        client.start_channels(hb=False)  # no heartbeat: the manager knows whether the process lives
        client.wait_for_ready(timeout=60)
        yield client


def ask(client, code):
    """Run `code` in the kernel; what came back on iopub, as {msg_type: content}."""
    heard = {}
    client.execute_interactive(code, output_hook=lambda m: heard.update({m["msg_type"]: m["content"]}), timeout=60)
    return heard


def in_a_kernel():
    with kernel_client() as client:
        print("\nA live kernel has a shell of its own. That one has never heard of our functions.\n")
        yield "the kernel, given %clap", "UsageError", ask(client, CELLS[0])["stream"]["text"].split(":")[0]

        register = "get_ipython().register_magic_function({0.__name__}, {1!r})".format
        lines = [inspect.getsource(clap), inspect.getsource(shout), register(clap, "line"), register(shout, "cell")]
        print("\nNow the text of both functions goes over the wire, and two lines that register them:\n")
        print(f"  {lines[2]}\n  {lines[3]}\n")
        ask(client, "\n".join(lines))
        for cell, direct in zip(CELLS, [clap("hello seams"), shout("!", "who reads this cell?")], strict=True):
            heard = ask(client, cell)
            yield "the kernel received", cell, heard["execute_input"]["code"]
            yield "and answered", repr(direct), heard["execute_result"]["data"]["text/plain"]


if __name__ == "__main__":
    for claim, expected, observed in demo():
        print("  holds:" if observed == expected else f"  FALSE, expected {expected!r}:", f"{claim}: {observed!r}")
