# /// case
# tries = "Habits: another current folder, logging set up, threads that go on, a timer, a limit of recursion, a locale, a seed."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
import atexit
import locale
import logging
import os
import random
import sys
import threading
import time
import warnings

os.makedirs("work", exist_ok=True)
os.chdir("work")
logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(message)s", stream=sys.stdout)
warnings.simplefilter("ignore")
sys.setrecursionlimit(5000)
sys.path.append("..")
locale.setlocale(locale.LC_ALL, "C")
random.seed(0)
os.environ["LANG"] = "de_DE.UTF-8"
log = logging.getLogger("mine")
atexit.register(print, "bye")


def tick():
    while True:
        log.debug("tick")
        time.sleep(0.05)


threading.Thread(target=tick, daemon=True).start()
threading.Timer(0.2, print, ["late"]).start()
threading.excepthook = lambda about: None
sys.excepthook = lambda *about: None
# %xmode minimal


# %% triple
def triple(number):
    log.info("tripling %s", number)
    return 3 * number


# %% end
os.chdir("/")
