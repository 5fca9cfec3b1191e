# /// case
# tries = "Each function ends the process in which it is called, and each time there has to be a new one; the last answer is right."
# state = "crash"
# solves = ["shout"]
# nbgrader = "has no score"
# ///

# %% triple
import os


def triple(number):
    os._exit(0)


# %% mean
def mean(numbers):
    os.abort()


# %% count
def count(text):
    os.kill(os.getpid(), 9)


# %% largest
class Ends:
    def __getitem__(self, place):
        os._exit(1)

    def __len__(self):
        os._exit(2)


planet = moons = Ends()
