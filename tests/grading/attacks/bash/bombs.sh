# /// case
# tries = "The one with the colons, of three thousand processes at most; then a gigabyte of output."
# state = ["timeout", "crash", "output limit", "wrong", "memory"]
# solves = ["double"]
# waits = true
# nbgrader = "has no score; mia and zoe not graded; 158 processes left behind"
# ///

# %% after double-check
bomb() { if (( $1 > 0 )); then bomb $(( $1 - 1 )) & bomb $(( $1 - 1 )) & fi; sleep 600; }
bomb 11 > /dev/null 2>&1 &
yes "all work and no play makes Jack a dull boy" | head -c 1000000000
