# /// case
# tries = "Another program is to open the connection: bash, curl, a Python that is told nothing of this one's limits."
# state = "wrong"
# nbgrader = "reached tcp and udp"
# ///

# %% top
import subprocess
import sys

CODE = "import socket; socket.create_connection(('127.0.0.1', @PORT@), timeout=1)"
for command in (
    ["bash", "-c", "echo hello > /dev/tcp/127.0.0.1/@PORT@; echo hello > /dev/udp/127.0.0.1/@PORT@"],
    ["curl", "--max-time", "1", "http://127.0.0.1:@PORT@/"],
    [sys.executable, "-I", "-c", CODE],
    ["/usr/bin/python3", "-I", "-c", CODE],
):
    try:
        subprocess.run(command, timeout=10, capture_output=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error)
