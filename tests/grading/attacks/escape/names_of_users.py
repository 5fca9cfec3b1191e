# /// case
# tries = "The names of all abstract sockets by which graders take a user's number, so that who comes next finds none free."
# state = "wrong"
# solves = ["triple"]
# twice = true
# nbgrader = "as it should be"
# ///

# %% top
import socket

taken = []
for number in range(64000, 65000):
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM):
        try:
            made = (
                socket.socketpair(socket.AF_UNIX, kind)[0]
                if kind != socket.SOCK_STREAM
                else socket.socket(socket.AF_UNIX)
            )
            made.bind(f"\0kernel-seams-user-{number}")
            taken.append(made)
        except OSError:
            pass
print(len(taken))
