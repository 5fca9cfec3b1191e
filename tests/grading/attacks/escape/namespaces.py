# /// case
# tries = "A user namespace of its own, in which this process is root: then mounts, then the machine's files."
# state = ["wrong", "crash"]
# nbgrader = "as it should be"
# ///

# %% top
import ctypes
import os
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
NEWUSER, NEWNS, NEWNET = 0x10000000, 0x00020000, 0x40000000
print(libc.unshare(NEWUSER | NEWNS | NEWNET), ctypes.get_errno())
print(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None), ctypes.get_errno())
for command in (
    ["unshare", "-Urm", "touch", "@COURSE@/pwned-namespace"],
    ["sudo", "-n", "touch", "/pwned"],
    ["su", "-c", "true"],
):
    try:
        print(subprocess.run(command, capture_output=True, timeout=10, stdin=subprocess.DEVNULL))
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error)
try:
    os.setuid(0)
    print("root")
except OSError as error:
    print(error)
