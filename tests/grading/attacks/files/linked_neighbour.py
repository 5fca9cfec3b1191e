# /// case
# tries = "The whole submission is a symbolic link to another student's."
# state = ["unreadable", "tampered", "wrong"]
# nbgrader = "gains 12"
# ///

# %% maker
import shutil

shutil.rmtree(folder)
folder.symlink_to("../ada/01-tiny")
