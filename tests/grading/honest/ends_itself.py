# /// case
# tries = "`exit()` in the middle, as in a script that is to stop here; and again at the end."
# state = ["ok"]
# solves = "all"
# nbgrader = "has no score"
# ///

# %% before mean
exit()

# %% before count
import sys

sys.exit(0)

# %% end
quit()
