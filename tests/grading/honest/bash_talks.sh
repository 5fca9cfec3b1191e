# /// case
# tries = "Own commands that print, fail, warn, change the folder and define what the answers use."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
echo "on my machine it works"
ls /nowhere
mkdir -p work && cd work && touch mine && cd ..
seq 1 500
factor=2

# %% double
double() {
    echo $(( factor * $1 ))
}

# %% after double
double 21
double

# %% end
false
