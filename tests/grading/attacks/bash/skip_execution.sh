# /// case
# tries = "The tag `skip-execution`, and another kernel's name, on a notebook in Bash."
# state = ["wrong", "tampered"]
# nbgrader = "gains 4"
# ///

# %% double-check tags=["skip-execution"]
# %% refuse-check tags=["skip-execution"]
