# /// case
# tries = "The wall's own messages without an end, each an answer to a question that was never asked, and none to the one that was."
# state = ["timeout", "crash"]
# solves = ["triple"]
# waits = true
# nbgrader = "has no score"
# ///

# %% before mean
import json
import os
import socket
import stat
import struct
import threading
import time


def flood():
    text = json.dumps({"n": -1, "value": "x" * 1000}).encode()
    data = (struct.pack(">I", len(text)) + text) * 100
    while True:
        for descriptor in range(3, 64):
            try:
                if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                    with socket.socket(fileno=os.dup(descriptor)) as channel:
                        while True:
                            channel.sendall(data)
            except OSError:
                time.sleep(0.01)


# %% after mean
threading.Thread(target=flood, daemon=True).start()
while True:
    time.sleep(1)
