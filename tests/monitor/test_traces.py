"""The traces in a folder, read as they grow: restarts and rotations in order, torn lines, strange files."""

import time

from kernel_seams.checkout import Checkout
from kernel_seams.monitor import places
from kernel_seams.monitor.traces import Reader, Traces
from kernel_seams.wire.trace import Kernel, Session


def read_all(folder, kernel_id):
    """Every record of a kernel."""
    traces = Traces(places.places(folder.path))
    kernel = next(kernel for kernel, parts in traces.kernels().items() if parts[0].session.kernel_id == kernel_id)
    reader = Reader(traces, kernel)
    entries = []
    while batch := reader.batch():
        entries += batch
    return traces, kernel, entries


def test_a_restart_and_a_rotation_are_one_kernel_in_order(folder, exchange):
    """Parts of one session and sessions of one connection file follow each other; deleted parts show in the numbers."""
    first = folder.begin("same", part_bytes=3000)
    for record in exchange() * 6:
        first.write(record)
    second = folder.begin("same")
    second.write(Kernel(t=time.time_ns(), state="started"))
    other = folder.begin("other")
    other.write(Kernel(t=time.time_ns(), state="started"))

    traces, kernel, entries = read_all(folder, "same")
    sessions = [entry.record for entry in entries if isinstance(entry.record, Session)]
    numbers = [entry.record.n for entry in entries]
    assert len(traces.kernels()) == 2
    assert (sessions[0].part, sessions[-1].part) == (0, 0)
    assert len(sessions) > 3
    assert numbers[-2:] == [0, 1]
    assert numbers[:-2] == sorted(numbers[:-2])
    assert len(numbers[:-2]) < numbers[-3]  # parts between the first and the newest are deleted
    for entry in entries:
        assert traces.record(kernel, entry.file, entry.offset) == entry.record


def test_a_line_that_is_torn_or_no_record(folder):
    """A torn last line waits for its rest; a line that cannot be read is a gap; a file without a session is none."""
    recorder = folder.begin("torn")
    recorder.write(Kernel(t=1, state="started"))
    (folder.path / "other.jsonl").write_bytes(b'{"kind": "kernel"}\n')
    (folder.path / "empty.jsonl").touch()
    traces, kernel, entries = read_all(folder, "torn")
    reader = Reader(traces, kernel)
    assert len(reader.batch()) == len(entries) == 2

    with recorder.path.open("ab") as file:
        file.write(b"not json\n" + b'{"kind": "stderr", "t": 3,')
        file.flush()
        assert [entry.record.why for entry in reader.batch()] == ["unreadable"]
        file.write(b' "n": 4, "text": "late"}\n')
        file.flush()
    assert [entry.record.text for entry in reader.batch()] == ["late"]
    assert reader.batch() == []
    assert len(traces.kernels()) == 1


def test_the_workshop_s_traces_are_found_from_a_shell_that_does_not_say_so(tmp_path, monkeypatch):
    """Both Jupyter's runtime folder and that of the checkout's JupyterLab are looked in, and a chosen one alone."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "mine"))
    monkeypatch.setattr(places, "find_checkout", lambda: Checkout(tmp_path / "checkout"))
    workshops = tmp_path / "checkout" / ".workshop" / "runtime"

    assert places.places().traces == (workshops / "traces", tmp_path / "mine" / "traces")
    assert places.places(tmp_path / "chosen").traces == (tmp_path / "chosen",)
    assert places.places(tmp_path / "chosen").runtimes == (workshops, tmp_path / "mine")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(workshops))
    assert places.places().traces == (workshops / "traces",)
