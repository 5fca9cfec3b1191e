"""Start one kernel as Jupyter does and say what came of it; run with ``python -c`` by the interpreter of Jupyter.

Any Python that has jupyter_client answers. It is text to the rest of the package
and is never imported by it.

    argv: word, kernel's name, seconds, folder for the connection file and what the kernel writes
"""
# mypy: ignore-errors
# ruff: noqa

import json
import os
import sys
import time
import warnings

warnings.simplefilter("ignore")
WORD, NAME, SECONDS, FOLDER = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]


def start():
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name=NAME, connection_file=os.path.join(FOLDER, "kernel.json"))
    output = open(os.path.join(FOLDER, "output"), "wb")
    manager.start_kernel(stdout=output, stderr=output)
    client = manager.client()
    began = time.time()
    try:
        client.start_channels()
        try:
            client.wait_for_ready(timeout=SECONDS)
        except RuntimeError as error:
            return ("died" if "died" in str(error) or not manager.is_alive() else "hung"), time.time() - began
        return "answered", time.time() - began
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main():
    try:
        outcome, seconds = start()
        problem = ""
    except BaseException as error:
        outcome, seconds, problem = "refused", 0.0, "%s: %s" % (type(error).__name__, error)
    answer = {"outcome": outcome, "seconds": seconds, "problem": problem[:2000]}
    os.write(1, ("\n" + WORD + json.dumps(answer) + "\n").encode("ascii"))


main()
os._exit(0)
