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
        client.start_channels()
        client.wait_for_ready(timeout=60)
        yield client


def ask(client, code):
    """Run `code`; the status of the reply, and {msg_type: text} of what was shown. No word of any language here."""
    shown = {}

    def listen(message):
        content, msg_type = message["content"], message["msg_type"]
        if msg_type in ("execute_result", "display_data"):
            shown[msg_type] = content["data"]["text/plain"]
        elif msg_type == "stream":
            shown[msg_type] = shown.get(msg_type, "") + content["text"]
        elif msg_type == "error":
            shown[msg_type] = f"{content['ename']}: {content['evalue']}".lstrip(": ")

    reply = client.execute_interactive(code, output_hook=listen, timeout=60)
    return reply["content"]["status"], shown


def converse(kernel_name, language):
    """Boot the kernel, run its two cells, print and give the answers."""
    answers = []
    with kernel_client(kernel_name) as client:
        for cell in CELLS[language.lower()]:
            status, shown = ask(client, cell)
            answers.append((status, shown))
            for msg_type, text in shown.items():
                print(f"  {cell:16} {msg_type:15} {text!r}")
            print(f"  {'':16} {'execute_reply':15} status {status!r}\n")
    return answers


def demo():
    installed = KernelSpecManager().find_kernel_specs()
    for name in [*EXPECTED, *sorted(installed.keys() - EXPECTED.keys() - {"analysis"})]:  # that one is demo 6
        language = KernelSpecManager().get_kernel_spec(name).language
        print(f"\nkernel_name={name!r}, language {language}\n")
        if language.lower() not in CELLS:
            print("  not asked: there are no cells for this language in the table CELLS")
            continue
        try:
            (status, first), (error_status, second) = converse(name, language)
        except Exception as problem:
            if name in EXPECTED:
                raise
            print(f"  does not answer: {problem!r}")
            continue
        if name in EXPECTED:
            yield f"{name} answers the two cells with", EXPECTED[name], [list(first), list(second)]
            yield f"{name} replies with", ["ok", "error"], [status, error_status]
            yield f"{name} came to", "42", re.sub(r"\x1b\[[0-9;]*m", "", "".join(first.values())).strip()


if __name__ == "__main__":
    for claim, expected, observed in demo():
        print("  holds:" if observed == expected else f"  FALSE, expected {expected!r}:", f"{claim}: {observed!r}")
