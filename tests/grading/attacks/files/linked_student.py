# /// case
# tries = "The student's own folder is a link to another student's: all that is in there is theirs."
# state = ["unreadable", "tampered", "wrong"]
# twice = true
# nbgrader = "gains 12"
# ///

# %% maker
import shutil

shutil.rmtree(folder.parent)
folder.parent.symlink_to("ada")
