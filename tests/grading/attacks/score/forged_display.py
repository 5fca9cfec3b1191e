# /// case
# tries = "The traceback of a failing test is shown as a result instead, by a hook that IPython asks."
# state = "wrong"
# nbgrader = "gains 12"
# ///

# %% top
import sys

shell = get_ipython()
shell.showtraceback = lambda *arguments, **keywords: shell.displayhook(-1)
sys.displayhook = lambda value: shell.displayhook.__class__.__call__(shell.displayhook, -1)
