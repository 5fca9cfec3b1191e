# /// case
# tries = "Whatever this process can find of the hidden tests is printed, to be read in the feedback and told to everybody."
# source = "jupyter/nbgrader#917"
# state = "wrong"
# twice = true
# nbgrader = "sees a hidden test"
# ///

# %% before shout
import gc
import os
import sys
from pathlib import Path

found = ["\n".join(In), *(path.read_text() for path in Path().glob("*.ipynb"))]
found += [text for names in gc.get_objects() if type(names) is dict for text in names.values() if type(text) is str]
frame = sys._getframe()
while frame:
    found += [repr(frame.f_locals), repr(frame.f_globals.keys())]
    frame = frame.f_back
for place in (Path("@COURSE@"), *Path.cwd().parents):
    for path in place.glob("*/*/*.ipynb"):
        try:
            found.append(path.read_text())
        except OSError:
            pass
word = "secret" + "_of_"
print([text[text.index(word) : text.index(word) + 200] for text in found if word in text][:20])
