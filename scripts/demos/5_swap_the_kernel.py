"""Swap the kernel: a front-end speaks one protocol, and never the language behind it.

One client function talks to every kernel that is installed here; only `kernel_name`
changes. Each gets two cells in its own language: one that comes to 42, one that fails.
Before you read on, predict in which type of message Python, Bash and TypeScript each
bring their 42: is it the value of an expression, or just something printed?
"""

import re
from contextlib import ExitStack, contextmanager

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

CELLS = {
    "python": ["6 * 7", "1 / 0"],
    "bash": ["echo $((6 * 7))", "ls /nowhere"],
    "typescript": ["6 * 7", "null.length"],
    "julia": ["6 * 7", "error(:no)"],
    "r": ["6 * 7", "stop('no')"],
}
EXPECTED = {  # the types of message in which the two cells are answered
    "python3": [["execute_result"], ["error"]],
    "bash": [["stream"], ["stream", "error"]],
    "deno": [["execute_result"], ["error"]],
}


@contextmanager
def kernel_client(kernel_name):
    """A client of a live kernel of that name; both are ended whatever happens."""
    manager = KernelManager(kernel_name=kernel_name)
    with ExitStack() as whatever_happens:
        whatever_happens.callback(manager.shutdown_kernel, now=True)
        manager.start_kernel()
        client = manager.client()
        whatever_happens.callback(client.stop_channels)
        client.start_channels(hb=False)  # no heartbeat: the manager knows whether the process lives
        client.wait_for_ready(timeout=60)
        yield client


def ask(client, code):
    """Run `code`; the status of the reply, and {msg_type: text} of what was shown. No word of any language here."""
    shown, idle = {}, False
    asked = client.execute(code)
    while not (idle and shown):  # each cell here shows something; Deno may bring it only after its idle
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != asked:
            continue
        content, msg_type = message["content"], message["msg_type"]
        if text := readable(content):
            shown[msg_type] = shown.get(msg_type, "") + text
        idle = idle or content.get("execution_state") == "idle"
    while (reply := client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != asked:
        pass
    return reply["content"]["status"], shown


def readable(content):
    """The text in the content of a stream, of a result or of an error, whichever it is."""
    if "data" in content:
        return content["data"]["text/plain"]
    return content.get("text") or content.get("ename") or content.get("evalue")


def demo():
    installed = KernelSpecManager().find_kernel_specs()
    for name in [*EXPECTED, *sorted(installed.keys() - EXPECTED.keys() - {"analysis"})]:  # that one is demo 6
        print(f"kernel_name={name!r}\n")
        try:
            language = KernelSpecManager().get_kernel_spec(name).language.lower()
            with kernel_client(name) as client:
                answers = [(cell, *ask(client, cell)) for cell in CELLS.get(language, [])]
        except Exception as problem:
            if name in EXPECTED:
                raise
            print(f"  does not answer: {problem!r}\n")
            continue
        if not answers:
            print(f"  starts, and is not asked: the table CELLS has no cells in {language}\n")
        for cell, status, shown in answers:
            for msg_type, text in [*shown.items(), ("execute_reply", status)]:
                print(f"  {cell:16}  {msg_type:15} {text!r}")
            print()
        if name in EXPECTED:
            (_, status, first), (_, error_status, second) = answers
            yield f"{name} answers the two cells with", EXPECTED[name], [list(first), list(second)]
            yield f"{name} replies with", ["ok", "error"], [status, error_status]
            yield f"{name} came to", "42", re.sub(r"\x1b\[[0-9;]*m", "", "".join(first.values())).strip()
            print()
    print("Bash has no values, only what was printed: its 42 is a `stream`, as is its complaint, and its error")
    print("is an exit status. Python and Deno bring the value itself, and Deno has coloured it already.")


if __name__ == "__main__":
    for claim, expected, observed in demo():
        print("  holds:" if observed == expected else f"  FALSE, expected {expected!r}:", f"{claim}: {observed!r}")
