"""State lives in the kernel: not in the notebook, and not in the window you type in.

This file plays a front-end. It writes a notebook to disk, sends its cells to a
live kernel, saves the answers into the notebook as Jupyter does, then looks for
the value of `secret` in all the places where people think it is.
Before you read on, predict where you will find the number 42.
"""

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path

from jupyter_client import BlockingKernelClient, KernelManager

CELLS = ["secret = 6 * 7", "secret * 2"]


@contextmanager
def started_kernel():
    """A manager with a live python3 kernel; the kernel is ended whatever happens."""
    manager = KernelManager(kernel_name="python3")
    try:
        manager.start_kernel()
        yield manager
    finally:
        manager.shutdown_kernel(now=True)


@contextmanager
def attached_client(connection_file):
    """A client of the kernel that `connection_file` describes: the file with its ports and its key is enough."""
    client = BlockingKernelClient(connection_file=connection_file)
    client.load_connection_file()
    client.start_channels(hb=False)  # on a busy machine, a late heartbeat would pass for a dead kernel
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()


def ask(client, code):
    """Run `code` in the kernel; the outputs it sent, as a notebook would store them."""
    outputs = []

    def keep(message):
        if message["msg_type"] in ("stream", "execute_result", "error"):
            outputs.append({"output_type": message["msg_type"], **message["content"]})

    client.execute_interactive(code, output_hook=keep, timeout=60)
    return outputs


def shown(outputs):
    """What a person sees of `outputs`: what was printed, the name of the error, the value, or nothing."""
    return "".join(out.get("text") or out.get("ename") or out["data"]["text/plain"] for out in outputs)


def demo():
    with tempfile.TemporaryDirectory() as folder, started_kernel() as manager:
        with attached_client(manager.connection_file) as first:
            yield from work_in_a_notebook(first, Path(folder, "state.ipynb"))
            print("\nA second client attaches to the same kernel. It has never seen the notebook.\n")
            with attached_client(manager.connection_file) as second:
                yield "sessions of the two clients", 2, len({first.session.session, second.session.session})
                yield "`secret`, asked by the second client", "42", shown(ask(second, "secret"))
            process = shown(ask(first, "import os; os.getpid()"))
        print(f"\nThe value is in neither: it is in the memory of process {process}. Now the kernel restarts.\n")
        manager.restart_kernel(now=True)
        with attached_client(manager.connection_file) as first:
            yield "processes so far", 2, len({process, shown(ask(first, "import os; os.getpid()"))})
            yield "`secret`, after the restart", "NameError", shown(ask(first, "secret"))
        cells = json.loads(Path(folder, "state.ipynb").read_text())["cells"]
        print("\nThe notebook has not changed. It shows what once was shown: a picture of a value.\n")
        yield f"`{CELLS[1]}`, in the file", "84", shown(cells[1]["outputs"])


def work_in_a_notebook(client, path):
    """Run the cells, save them with their outputs, and look for the value in the file."""
    cells = []
    for number, code in enumerate(CELLS, 1):
        outputs = ask(client, code)
        print(f"  In [{number}]: {code}\n  " + (f"Out[{number}]: {shown(outputs)}\n" if outputs else "(nothing)\n"))
        cells.append({"id": f"cell-{number}", "cell_type": "code", "source": code, "metadata": {},
                      "execution_count": number, "outputs": outputs})  # fmt: skip
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    yield f"`{CELLS[0]}` shows", "", shown(cells[0]["outputs"])
    yield f"`{CELLS[1]}` shows", "84", shown(cells[1]["outputs"])
    print(f"\nSaved: {path.name}, {path.stat().st_size} bytes. It holds what was typed and what was shown.\n")
    yield f"how often the file has the text `{CELLS[0]}`", 1, path.read_text().count(CELLS[0])
    yield "how often it has the value 42", 0, path.read_text().count("42")


if __name__ == "__main__":
    for claim, expected, observed in demo():
        print("  holds:" if observed == expected else f"  FALSE, expected {expected!r}:", f"{claim}: {observed!r}")
