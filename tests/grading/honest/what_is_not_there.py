# /// case
# tries = "Libraries that are not installed, a file that stayed at home, questions that nobody answers; the answers need none of it."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
import numpy_of_another_machine as np
import pandas_of_another_machine as pd

# %% top
rows = open("C:\\Users\\mia\\data.csv").read()

# %% top
name = input("Who are you? ")
import getpass

getpass.getpass()

# %% after triple
if __name__ == "__main__":
    print(triple(int(input("A number: "))))

# %% end
raise SystemExit
