"""Which Python is my kernel? It imports in the terminal, and not in the notebook.

There is an environment called analysis, which has the package `seams_tides`, and a kernel
called "Python (analysis)". The same six questions are asked three times: in a terminal
where the environment is activated; in the kernel; and in the kernel after the environment
has been activated there too. Predict what activation changes in a kernel that runs.
"""

import os
import re
import subprocess
from contextlib import ExitStack, contextmanager
from pathlib import Path

from jupyter_client import KernelManager

QUESTIONS = {  # what we ask: how to ask it in a terminal, how to ask it in a cell
    "sys.executable": ("python3 -c 'import sys; print(sys.executable)'", "import sys; print(sys.executable)"),
    "which python3": ("command -v python3", "!command -v python3"),
    "VIRTUAL_ENV": ("echo $VIRTUAL_ENV", "!echo $VIRTUAL_ENV"),
    "pip would use": ("pip --version", "!pip --version"),
    "%pip would use": ("python3 -m pip --version", "%pip --version"),
    "import seams_tides": ("python3 -c 'import seams_tides; print(\"works\")'", "import seams_tides; print('works')"),
}


def in_terminal(prefix, command):
    """What `command` prints in a shell in which the environment at `prefix` is activated."""
    line = f'. "{prefix}/bin/activate" && {command}'
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60, check=True).stdout


@contextmanager
def kernel_client(manager):
    """A client of a live kernel; both are ended whatever happens."""
    with ExitStack() as whatever_happens:
        whatever_happens.callback(manager.shutdown_kernel, now=True)
        # As from a JupyterLab that was started elsewhere, long before anybody activated anything.
        manager.start_kernel(env={name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"})
        client = manager.client()
        whatever_happens.callback(client.stop_channels)
        client.start_channels(hb=False)  # no heartbeat: the manager knows whether the process lives
        client.wait_for_ready(timeout=60)
        yield client


def in_kernel(client, code):
    """What the cell `code` prints in the kernel, or the name of the error it ends with."""
    heard = []

    def listen(message):
        heard.append(message["content"].get("text") or message["content"].get("ename") or "")

    client.execute_interactive(code, output_hook=listen, timeout=60)
    return "".join(heard)


def demo():
    manager = KernelManager(kernel_name="analysis")
    spec = manager.kernel_spec
    analysis = Path(spec.metadata["kernel_seams"]["environment"]).parent.parent
    workshop = Path(spec.argv[0]).parent.parent

    def short(answer):
        """The first line of an answer; of pip, where it installs; the two environments by their short names."""
        line = re.sub(r"^pip \S+ from (.*?)/lib/.*", r"\1", (answer.strip() or "(nothing)").splitlines()[0])
        return line.replace(str(analysis), "analysis").replace(str(workshop), "workshop")

    with kernel_client(manager) as client:
        terminal = {fact: short(in_terminal(analysis, command)) for fact, (command, _) in QUESTIONS.items()}
        kernel = {fact: short(in_kernel(client, cell)) for fact, (_, cell) in QUESTIONS.items()}
        # Activation is no more than this: two variables.
        activated = {"PATH": in_terminal(analysis, "echo $PATH").strip(), "VIRTUAL_ENV": str(analysis)}
        in_kernel(client, f"import os; os.environ.update({activated})")
        after = {fact: short(in_kernel(client, cell)) for fact, (_, cell) in QUESTIONS.items()}

    print(f"  {'':18}  {'terminal':21} {'kernel':40} kernel, activated\n")
    for fact in QUESTIONS:
        print(f"  {fact:18}  {terminal[fact]:21} {kernel[fact]:40} {after[fact]}")
    print(f"\n  analysis  {analysis}\n  workshop  {workshop}\n")

    fact = "import seams_tides"
    yield f"in the terminal, {fact}", "works", terminal[fact]
    yield f"in the kernel {spec.display_name!r}, {fact}", "ModuleNotFoundError", kernel[fact]
    yield "that kernel runs what argv[0] of its kernel.json says", short(spec.argv[0]), kernel["sys.executable"]
    yield "its %pip would install in", "workshop", kernel["%pip would use"]
    moved = [fact for fact in QUESTIONS if after[fact].startswith("analysis")]
    yield "in the running kernel, activation moves only", ["which python3", "VIRTUAL_ENV", "pip would use"], moved
    print(f"\nDiagnosis: whatever {spec.display_name!r} says, its kernel.json launches {spec.argv[0]},")
    print(f"and seams_tides is in {analysis}.")


if __name__ == "__main__":
    for claim, expected, observed in demo():
        print("  holds:" if observed == expected else f"  FALSE, expected {expected!r}:", f"{claim}: {observed!r}")
