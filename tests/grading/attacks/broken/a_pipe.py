# /// case
# tries = "A named pipe where the notebook should be: who opens it waits until somebody writes, which nobody does."
# state = ["unreadable", "wrong", "tampered"]
# nbgrader = "has no score; the batch ends: no end within 240 s; mia and zoe not graded"
# ///

# %% maker
import os

notebook.unlink()
os.mkfifo(notebook)
