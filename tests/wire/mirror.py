"""A program that opens a kernel's sockets and sends back what it gets, frame for frame: `mirror.py CONNECTION_FILE`.

On control `PUBLISH` publishes what follows on iopub, `WHO` is answered with the sender's identity, `HUSH` and `HEAR`
stop and start the reading of shell. Each subscription is answered with what was subscribed to, behind `WELCOME`.
"""

import sys

import zmq

from kernel_seams.wire.connection import read_connection

connection = read_connection(__import__("pathlib").Path(sys.argv[1]))
context = zmq.Context()
sockets, poller = {}, zmq.Poller()
for channel in ("shell", "iopub", "stdin", "control", "heartbeat"):
    sockets[channel] = context.socket(zmq.XPUB if channel == "iopub" else zmq.ROUTER)
    sockets[channel].linger = 1000
    if connection.encrypted:
        sockets[channel].curve_server = True
        sockets[channel].curve_publickey = connection.curve_publickey
        sockets[channel].curve_secretkey = connection.curve_secretkey
    sockets[channel].sndhwm = 0
    if channel == "iopub":
        sockets[channel].setsockopt(zmq.XPUB_VERBOSE, 1)
    sockets[channel].bind(connection.address(channel))
    poller.register(sockets[channel], zmq.POLLIN)

while True:
    for socket, _ in poller.poll():
        frames = socket.recv_multipart()
        if socket is sockets["iopub"]:
            if frames[0][:1] == b"\x01":
                socket.send_multipart([frames[0][1:], b"WELCOME", frames[0][1:]])
        elif socket is sockets["control"] and frames[1] == b"PUBLISH":
            sockets["iopub"].send_multipart(frames[2:])
        elif socket is sockets["control"] and frames[1] == b"WHO":
            socket.send_multipart([frames[0], frames[0]])
        elif socket is sockets["control"] and frames[1] in (b"HUSH", b"HEAR"):
            (poller.unregister if frames[1] == b"HUSH" else poller.register)(sockets["shell"])
            socket.send_multipart(frames)
        else:
            socket.send_multipart(frames)
