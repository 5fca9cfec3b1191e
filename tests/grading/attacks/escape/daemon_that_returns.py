# /// case
# tries = "A process stays, waits until the tests are over, and then writes into whatever it finds: gradebook, reports, others."
# state = "wrong"
# nbgrader = "ada loses 12; mia loses 5; zoe loses 2; 1 process left behind; 1 file written elsewhere"
# ///

# %% top
import os
import sqlite3
import time
from pathlib import Path

if os.fork() == 0:
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    os.closerange(0, 256)
    for _ in range(3000):
        time.sleep(0.1)
        try:
            with sqlite3.connect("@COURSE@/gradebook.db", timeout=1) as book:
                book.execute("update grade set manual_score = 0 where manual_score is null and auto_score > 0")
        except sqlite3.Error:
            pass
        try:
            Path("@COURSE@/autograded/zoe/pwned").write_text("")
        except OSError:
            pass
    os._exit(0)
