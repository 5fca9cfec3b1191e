"""Connection files: what jupyter_client writes is read, what is wrong is named."""

import json
import stat

import pytest
from jupyter_client.connect import write_connection_file

from kernel_seams.wire.connection import CHANNELS, ConnectionFileError, read_connection


@pytest.fixture
def file(tmp_path):
    """A connection file as jupyter_client writes it."""
    path = tmp_path / "kernel-1.json"
    write_connection_file(str(path), ip="127.0.0.1", key=b"secret", kernel_name="python3", jupyter_session="a.ipynb")
    return path


def test_what_jupyter_client_writes_is_read(file):
    """Five addresses, the key, the scheme."""
    content = json.loads(file.read_text())
    connection = read_connection(file)

    assert connection.address("heartbeat") == f"tcp://127.0.0.1:{content['hb_port']}"
    assert connection.address("shell") == f"tcp://127.0.0.1:{content['shell_port']}"
    assert len({connection.address(channel) for channel in CHANNELS}) == 5
    assert connection.key.key == b"secret"
    assert not connection.encrypted


def test_it_is_written_for_its_owner_alone_with_all_it_held(file, tmp_path):
    """Moved to other ports, everything else is as it was."""
    copy = tmp_path / "copy.json"
    ports = {channel: number for number, channel in enumerate(CHANNELS, 4001)}
    read_connection(file).at(ports).write(copy)

    before, after = json.loads(file.read_text()), json.loads(copy.read_text())
    assert {name for name in before if before[name] != after[name]} <= {name for name in before if "port" in name}
    assert after["iopub_port"] == 4002
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.json", "kernel-1.json"]


def test_ipc_and_curve(tmp_path):
    """With ipc the port is a suffix of a path; with Curve both keys are there."""
    path = tmp_path / "kernel-2.json"
    write_connection_file(
        str(path), ip=str(tmp_path / "socket"), transport="ipc", curve_publickey=b"p" * 40, curve_secretkey=b"s" * 40
    )
    connection = read_connection(path)

    assert connection.address("shell") == f"ipc://{tmp_path / 'socket'}-1"
    assert connection.encrypted
    assert "ssss" not in repr(connection)
    assert connection.to_json() == {**json.loads(path.read_text()), "ip": str(tmp_path / "socket")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "not an object"),
        ("{}", "shell_port, iopub_port, stdin_port, control_port, hb_port"),
        ('{"shell_port": "1"}', "has no number for shell_port"),
        ("%s", "transport"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    """The file, and what it lacks."""
    ports = dict.fromkeys(("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"), 1)
    path = tmp_path / "kernel-3.json"
    path.write_text(text if text != "%s" else json.dumps({**ports, "transport": "carrier pigeon"}))

    with pytest.raises(ConnectionFileError) as raised:
        read_connection(path)

    assert said in str(raised.value)
    assert str(path) in str(raised.value)


def test_a_missing_file_is_named(tmp_path):
    """One line, and no traceback from the file system."""
    with pytest.raises(ConnectionFileError, match="No such file"):
        read_connection(tmp_path / "kernel-4.json")
