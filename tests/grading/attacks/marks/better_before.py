# /// case
# tries = "A good submission first, then a file that cannot be read: what was earned before is to stay."
# state = "unreadable"
# earlier = "all"
# nbgrader = "gains 12"
# ///

# %% maker
notebook.write_text('{"cells": 3}')
