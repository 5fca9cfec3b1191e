"""Stage 1: the program runs and binds five sockets.

ZeroMQ's own handshake tells the types: a SUB is refused by a ROUTER, a REQ by a PUB.
"""

from __future__ import annotations

import contextlib

import psutil

from kernel_seams.conform.checks import check
from kernel_seams.conform.exchange import Row
from kernel_seams.conform.lab import Broken, Lab, NotAsked, NotOffered
from kernel_seams.conform.ports import ipc_connection
from kernel_seams.conform.zmtp import socket_type_at
from kernel_seams.wire.connection import CHANNELS

TYPES = {
    "shell": "ROUTER",
    "iopub": "PUB or XPUB",
    "stdin": "ROUTER",
    "control": "ROUTER",
    "heartbeat": "REP or ROUTER",
}
RUNS = "starts and goes on running"


@check("start.runs")
def runs(lab: Lab) -> None:
    """The program is still there once it has bound, or does nothing any more."""
    front = lab.start()
    lab.wait(lambda: all(front.connected(channel) for channel in CHANNELS))
    program = lab.program
    if program is not None and program.how_it_ended():
        raise Broken([Row("program", RUNS, program.how_it_ended(), agrees=False)])


@check("bind.sockets")
def sockets(lab: Lab) -> None:
    """ZeroMQ's handshake succeeds on all five."""
    front = lab.start()
    lab.wait(lambda: all(front.connected(channel) for channel in CHANNELS))
    rows = []
    for channel in CHANNELS:
        port = front.connection.ports[channel]
        bound = front.connected(channel)
        came = "bound" if bound else _instead(front.connection.ip, port)
        rows.append(Row(channel, f"{TYPES[channel]} bound at port {port}", came, agrees=bound))
    if not all(row.agrees for row in rows):
        raise Broken(rows)


def _instead(ip: str, port: int) -> str:
    """What is there where the handshake did not succeed."""
    found = socket_type_at(ip, port)
    if found is None:
        return f"nothing listens at port {port}"
    return f"{found} bound at port {port}" if found else f"what listens at port {port} does not speak ZeroMQ"


@check("bind.address")
def address(lab: Lab) -> None:
    """None of the ports is bound at another address than the connection file's."""
    front, program = lab.start(), lab.program
    ports = {port: channel for channel, port in front.connection.ports.items()}
    try:
        bound = [
            (ports[each.laddr.port], each.laddr.ip)
            for process in (program.family() if program else [])
            for each in _listening(process)
            if each.laddr.port in ports
        ]
    except psutil.AccessDenied:
        raise NotAsked("this system does not tell which addresses a program has bound") from None
    ip = front.connection.ip
    bound.sort(key=lambda each: CHANNELS.index(each[0]))
    rows = [Row(channel, f"bound at {ip}", f"bound at {where}", agrees=where == ip) for channel, where in bound]
    if not all(row.agrees for row in rows):
        raise Broken(rows)


@check("bind.ipc")
def ipc(lab: Lab) -> None:
    """Another program, with a connection file that says ipc."""
    with ipc_connection() as connection:
        other = lab.beside(connection)
        front = other.start()
        other.wait(lambda: all(front.connected(channel) for channel in CHANNELS))
        bound = {channel: front.connected(channel) for channel in CHANNELS}
        other.stop()
    rows = [
        Row(
            channel,
            f"bound at ipc://{connection.ip}-{connection.ports[channel]}",
            "bound" if there else "nothing is bound there",
            agrees=there,
        )
        for channel, there in bound.items()
    ]
    if not all(bound.values()):
        raise NotOffered("with the transport ipc it binds nothing, or at other names", rows)


def _listening(process: psutil.Process) -> list[psutil._common.pconn]:
    """The sockets at which a process listens; none where it has just ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [each for each in process.net_connections("tcp") if each.status == psutil.CONN_LISTEN and each.laddr]
    return []
