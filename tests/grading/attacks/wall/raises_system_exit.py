# /// case
# tries = "Every function says goodbye, politely: SystemExit, with the code of success."
# state = ["wrong", "crash"]
# nbgrader = "as it should be"
# ///

# %% triple
def triple(number):
    raise SystemExit(0)


# %% mean
def mean(numbers):
    quit()


# %% count
def count(text):
    get_ipython().ask_exit()


# %% largest
get_ipython().user_ns.clear()
