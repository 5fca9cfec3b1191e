# /// case
# tries = "Statuses and answers that nobody asked for, on every descriptor that is open, before and after the function has ended."
# state = ["wrong", "crash", "timeout"]
# nbgrader = "as it should be"
# ///

# %% double
double() {
    for each in /proc/self/fd/*; do
        printf '0\n0\n0 1 0\n4' >&"${each##*/}"
    done 2>/dev/null
    ( sleep 0.2; for each in /proc/$BASHPID/fd/*; do echo 0 >&"${each##*/}"; done ) 2>/dev/null &
    echo 4
}

# %% refuse
refuse() {
    printf '3\n' >&9
    printf '3\n' >&101
    return 0
} 2>/dev/null
