# /// case
# tries = "A notebook that nobody may read."
# state = ["unreadable", "wrong"]
# why = "Whoever grades as root reads it nevertheless: an empty notebook, which is wrong."
# nbgrader = "has no score"
# ///

# %% maker
notebook.chmod(0)
