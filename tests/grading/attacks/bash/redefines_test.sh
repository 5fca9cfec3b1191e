# /// case
# tries = "`[`, `test`, printf and the helpers of the tests become functions that always succeed."
# state = "wrong"
# nbgrader = "gains 4"
# ///

# %% after shell-helper
test() { :; }
[ () { return 0; }
printf() { :; }
check.call() { :; }
check.end() { echo "$1: right."; }

# %% before double-check
check.call() { :; }
check.end() { echo "$1: right."; }

# %% before refuse-check
check.call() { :; }
check.end() { echo "$1: right."; }
