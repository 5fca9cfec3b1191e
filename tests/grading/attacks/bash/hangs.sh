# /// case
# tries = "A function waits for input that never comes, and does not let itself be interrupted."
# state = "timeout"
# solves = ["double"]
# waits = true
# nbgrader = "has no score; 2 processes left behind"
# ///

# %% refuse
refuse() {
    trap '' INT TERM HUP QUIT
    while :; do sleep 100; done
}
