# /// case
# tries = "This process is a fork of the grader's: its own memory may hold the grader's variables and arguments, and the tests."
# state = "wrong"
# nbgrader = "sees a hidden test"
# ///

# %% top
import re
from pathlib import Path

WANTED = re.compile(rb"(?:GRADER_TOKEN=|secret_of_\w+ ?= ?)[ \w\"]+")
told = {*WANTED.findall(Path("/proc/self/environ").read_bytes() + Path("/proc/self/cmdline").read_bytes())}
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
    for line in maps:
        start, end = (int(part, 16) for part in line.split()[0].split("-"))
        try:
            memory.seek(start)
            told |= {*WANTED.findall(memory.read(end - start) if " rw-p " in line else b"")}
        except (OSError, ValueError, OverflowError):
            pass
print(told)

# %% largest
planet = re.findall(rb'secret_of_largest = "(\w+)', b" ".join(told))[0].decode()
moons = ["Callisto", "Europa", "Ganymede", "Io"]
