# /// case
# tries = "What is expected is read off the shell that calls: its variables, its history, the text of its functions."
# state = ["wrong", "crash"]
# nbgrader = "gains 4"
# ///

# %% double
double() {
    # `expected` is a local variable of whoever calls this, and Bash looks names up along the calls.
    echo "${expected%, status *}"
}

# %% refuse
refuse() {
    return "${expected##*, status }"
}
