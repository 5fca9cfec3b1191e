# /// case
# tries = "Code from files beside it: %run, %load_ext of an own extension, exec, runpy, a package of one's own, %%bash, %%capture."
# state = "ok"
# solves = ["largest", "mean"]
# points = {triple = 2, count = 3, shout = 2}
# nbgrader = "as it should be"
# ///

# %% top
# %run helpers.py 3
# %load_ext autoreload
# %autoreload 2
import runpy

from mine.text import words

counted = runpy.run_path("counts.py")
with open("counts.py") as file:
    exec(file.read())

# %% top
# %%bash
ls

# %% top
# %%capture said
print("nobody sees it")

# %% triple
triple = times

# %% count
count = counted["count"]

# %% shout
# %load_ext loud

# %% maker
(folder / "helpers.py").write_text("import sys\nfactor = int(sys.argv[1])\ntimes = lambda number: factor * number\n")
(folder / "counts.py").write_text("def count(text):\n    return {w: text.split().count(w) for w in text.split()}\n")
(folder / "mine").mkdir()
(folder / "mine" / "__init__.py").write_text("")
(folder / "mine" / "text.py").write_text("def words(text):\n    return text.split()\n")
(folder / "loud.py").write_text(
    "def load_ipython_extension(shell):\n"
    "    shell.register_magic_function(lambda line: line.upper(), 'line', 'shout')\n"
)
