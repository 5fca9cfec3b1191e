"""A connection file: where a kernel's five sockets are, and the keys both sides read from it.

Source: jupyter_client's "Making kernels for Jupyter", section "Connection files"; its "Security in
the Jupyter protocol" for `curve_publickey` and `curve_secretkey`, which encrypt all five sockets.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kernel_seams.wire.message import Key

CHANNELS = ("shell", "iopub", "stdin", "control", "heartbeat")
TRANSPORTS = ("tcp", "ipc")
MAX_BYTES = 1024 * 1024


class ConnectionFileError(ValueError):
    """A connection file is missing, unreadable, or lacks something: which file, what, what to do."""


@dataclass(frozen=True)
class Connection:
    """What a connection file says. `ports` has one number for each of CHANNELS, with ipc a suffix of the path `ip`."""

    ip: str
    ports: Mapping[str, int]
    key: Key
    transport: str = "tcp"
    curve_publickey: bytes = field(default=b"", repr=False)
    curve_secretkey: bytes = field(default=b"", repr=False)
    other: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def encrypted(self) -> bool:
        """Whether CurveZMQ encrypts the sockets."""
        return bool(self.curve_publickey)

    def address(self, channel: str) -> str:
        """The ZeroMQ endpoint of a channel, `tcp://127.0.0.1:53123` or `ipc:///tmp/kernel-1`."""
        separator = ":" if self.transport == "tcp" else "-"
        return f"{self.transport}://{self.ip}{separator}{self.ports[channel]}"

    def to_json(self) -> dict[str, Any]:
        """The file's content; whatever else it held is kept."""
        content: dict[str, Any] = {
            **self.other,
            **{_port_name(channel): self.ports[channel] for channel in CHANNELS},
            "ip": self.ip,
            "transport": self.transport,
            "key": self.key.key.decode(),
            "signature_scheme": self.key.scheme,
        }
        if self.encrypted:
            content |= {name: getattr(self, name).decode() for name in ("curve_publickey", "curve_secretkey")}
        return content

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all, for its owner's eyes only: whoever reads it can run code."""
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(self.to_json(), file, indent=2)
        draft.replace(path)

    def at(self, ports: Mapping[str, int], **changes: Any) -> Connection:
        """The same keys at other ports."""
        return replace(self, ports=dict(ports), **changes)


def read_connection(path: Path) -> Connection:
    """The connection that the file at `path` describes; `ConnectionFileError` says what is wrong with it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConnectionFileError(f"{path} is larger than any connection file")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConnectionFileError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, ConnectionFileError):
            raise
        raise ConnectionFileError(f"{path} is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ConnectionFileError(f"{path} is JSON, but not an object")
    return _from_json(content, path)


def _from_json(content: dict[str, Any], path: Path) -> Connection:
    """The connection that `content` describes, which was read at `path`."""
    ports = {channel: content.pop(_port_name(channel), None) for channel in CHANNELS}
    missing = [_port_name(channel) for channel, port in ports.items() if type(port) is not int or port < 0]
    if missing:
        raise ConnectionFileError(f"{path} has no number for {', '.join(missing)}, so it is no connection file")
    texts = {"ip": "127.0.0.1", "transport": "tcp", "key": "", "signature_scheme": "hmac-sha256"}
    texts |= {"curve_publickey": "", "curve_secretkey": ""}
    said = {name: content.pop(name, None) or usual for name, usual in texts.items()}
    wrong = [name for name, value in said.items() if not isinstance(value, str)]
    if wrong or said["transport"] not in TRANSPORTS:
        raise ConnectionFileError(f"{path} says {(wrong or ['transport'])[0]}: {said[(wrong or ['transport'])[0]]!r}")
    try:
        key = Key(said["key"].encode(), said["signature_scheme"])
    except ValueError as error:
        raise ConnectionFileError(f"{path}: {error}") from None
    curve = {name: said[name].encode() for name in ("curve_publickey", "curve_secretkey")}
    return Connection(said["ip"], ports, key, said["transport"], **curve, other=content)


def _port_name(channel: str) -> str:
    """The name under which the file has a channel's port."""
    return "hb_port" if channel == "heartbeat" else f"{channel}_port"
