# /// case
# tries = "A named pipe where the notebook should be: who opens it waits until somebody writes, which nobody does."
# state = ["unreadable", "wrong", "tampered"]
# ///

# %% maker
import os

notebook.unlink()
os.mkfifo(notebook)
