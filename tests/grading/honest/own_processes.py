# /// case
# tries = "Processes and threads as a program may use them: a pool of threads, a subprocess, a child that is waited for."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
import concurrent.futures
import subprocess
import sys

# %% mean
import statistics


def mean(numbers):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return float(pool.submit(statistics.fmean, numbers).result())


# %% largest
planet = subprocess.run(
    [sys.executable, "-c", "print('Jupiter')"], capture_output=True, text=True, check=True
).stdout.strip()
moons = "Io Europa Ganymede Callisto".split()
