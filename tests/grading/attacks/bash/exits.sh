# /// case
# tries = "The shell ends with status 0 as soon as a function that is tested is called; or at the first failure."
# source = "bash_kernel starts a new shell and says ok"
# state = ["wrong", "crash", "memory"]
# nbgrader = "gains 2"
# ///

# %% top
set -e

# %% double
double() { kill -9 $$; exit 0; }

# %% refuse
refuse() { kill -9 $PPID; exit 3; }
