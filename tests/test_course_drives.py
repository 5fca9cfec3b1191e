"""What lessons 02 and 03 let a learner see before the first task, asserted from the same cells run in a real kernel."""

import json

import pytest
import zmq
from jupyter_client import KernelManager
from jupyter_client.session import Session
from nbclient import NotebookClient

from kernel_seams.course.notebook import read_notebook


def drive(checkout, lesson, folder):
    """The released notebook of `lesson` up to where predictions stand beside what happened: what each cell printed."""
    (path,) = (checkout.exercises / lesson).glob("*.ipynb")
    notebook = read_notebook(path)
    last = next(number for number, cell in enumerate(notebook.cells) if "check.compare(" in cell.source)
    notebook.cells = notebook.cells[: last + 1]
    NotebookClient(notebook, timeout=170, resources={"metadata": {"path": str(folder)}}).execute()
    return [
        "".join(output.text for output in cell.outputs if output.output_type == "stream")
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def compared(printed):
    """`check.compare`'s observations by question."""
    lines = printed.splitlines()
    return {question: seen.split()[0] for question, seen in zip(lines[::2], lines[1::2], strict=True)}


def test_state_outlives_a_client_and_an_interrupt_and_no_restart(checkout, tmp_path):
    """02: x is known to a second client and after an interrupt, is gone after a restart, and never was in the file."""
    *_, happened, summary = drive(checkout, "02-state", tmp_path)

    assert list(compared(summary).values()) == ["True", "True", "False", "False", "True"]
    loop, saved = happened.split("\n", 1)
    assert loop == "the loop ended in KeyboardInterrupt"
    assert [cell["execution_count"] for cell in json.loads(saved)["cells"]] == [1, 3]


def test_frames_are_counted_and_wrong_ones_meet_silence(checkout, tmp_path):
    """03: six frames, five answers, none to a wrong signature, and buffers are not covered."""
    *_, anatomy, tampered, summary = drive(checkout, "03-frames", tmp_path)

    assert list(compared(summary).values()) == ["6", "5", "0", "True"]
    assert anatomy.count("delimiter") == 6
    assert [line.split()[-2] for line in tampered.splitlines()[:3]] == ["0", "0", "0"]
    assert "is there a y, and what is z: (False, 5)" in tampered
    assert tampered.count("Invalid Signature") == 2
    assert tampered.count("Unsigned Message") == 1


@pytest.mark.parametrize("key", [b"", b"a key the kernel has never heard of"])
def test_a_kernel_without_a_key_does_not_look_at_signatures(tmp_path, key):
    """03: where the key is empty, a message is answered however it is signed, and the answer is not signed."""
    manager = KernelManager(
        transport="ipc",
        ip=str(tmp_path / "ipc"),
        connection_file=str(tmp_path / "kernel.json"),
        session=Session(key=b""),
    )
    manager.start_kernel()
    try:
        with zmq.Context() as context, context.socket(zmq.DEALER) as shell:
            shell.linger, shell.rcvtimeo = 0, 90_000
            shell.connect(f"ipc://{tmp_path}/ipc-{manager.shell_port}")
            session = Session(key=key)
            shell.send_multipart(session.serialize(session.msg("execute_request", {"code": "6 * 7"})))
            delimiter, signature, header, *_ = shell.recv_multipart()
    finally:
        manager.shutdown_kernel(now=True)

    assert (delimiter, signature) == (b"<IDS|MSG>", b"")
    assert json.loads(header)["msg_type"] == "execute_reply"
