# /// case
# tries = "Its limits are raised, its priority too, others' lowered; it asks to be the last to go where memory runs out."
# state = "wrong"
# solves = ["triple"]
# nbgrader = "has no score; the batch ends: exit -6; mia and zoe not graded"
# ///

# %% top
import os
import resource

attempts = [lambda: os.nice(-20), lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19)]
attempts += [lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))]
attempts += [lambda: os.sched_setaffinity(os.getppid(), {0}), lambda: os.setpriority(os.PRIO_PGRP, 0, 19)]
attempts += [lambda: open("/proc/self/oom_score_adj", "w").write("-1000")]
attempts += [lambda: open(f"/proc/{os.getppid()}/oom_score_adj", "w").write("1000")]
for name in (name for name in dir(resource) if name.startswith("RLIMIT_")):
    what = getattr(resource, name)
    attempts += [lambda what=what: resource.setrlimit(what, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))]
    attempts += [lambda what=what: resource.prlimit(os.getppid(), what, (0, 0))]
for attempt in attempts:
    try:
        attempt()
    except (OSError, ValueError) as error:
        print(error)
