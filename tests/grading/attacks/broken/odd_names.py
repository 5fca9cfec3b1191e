# /// case
# tries = "Files whose names hold a line break, a dash first, no valid UTF-8, control codes of a terminal, 255 characters."
# state = "wrong"
# solves = ["triple"]
# nbgrader = "as it should be"
# ///

# %% maker
import os

for name in (
    b"a\nb.txt",
    b"-rf",
    b"\xff\xfe.txt",
    b"\x1b]0;pwned-title\x07.txt",
    b"x" * 255,
    b"; touch pwned;.py",
    b"$(touch pwned).ipynb",
):
    with open(os.path.join(os.fsencode(folder), name), "wb") as file:
        file.write(b"{}")
