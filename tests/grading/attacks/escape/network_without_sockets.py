# /// case
# tries = "The system is asked for a socket in the ways that a filter may forget: by number, by io_uring, in 32 bits, MPTCP, raw."
# state = ["wrong", "crash"]
# nbgrader = "reached tcp"
# ///

# %% top
import ctypes
import platform
import socket
import struct

libc = ctypes.CDLL(None, use_errno=True)
SOCKET, CONNECT, IO_URING_SETUP = {"x86_64": (41, 42, 425), "aarch64": (198, 203, 425)}[platform.machine()]
X32 = 0x40000000
INET, STREAM, MPTCP = 2, 1, 262
address = struct.pack("=H", INET) + struct.pack(">H", int("@PORT@")) + bytes([127, 0, 0, 1]) + bytes(8)
for number, protocol in ((SOCKET, 0), (SOCKET, MPTCP), (SOCKET | X32, 0)):
    descriptor = libc.syscall(number, INET, STREAM, protocol)
    print(number, protocol, descriptor, ctypes.get_errno())
    if descriptor >= 0:
        print(libc.syscall(CONNECT, descriptor, address, len(address)), ctypes.get_errno())
# The other way around: a socket that listens, which somebody may be made to call.
for family, kind in (
    (socket.AF_INET, socket.SOCK_STREAM),
    (socket.AF_INET6, socket.SOCK_DGRAM),
    (17, socket.SOCK_RAW),
    (16, socket.SOCK_RAW),
    (40, socket.SOCK_STREAM),
):
    try:
        socket.socket(family, kind)
        print("made", family, kind)
    except OSError as error:
        print(error)
print("io_uring", libc.syscall(IO_URING_SETUP, 8, ctypes.create_string_buffer(120)), ctypes.get_errno())
