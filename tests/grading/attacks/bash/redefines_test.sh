# /// case
# tries = "`[`, `[[`'s helpers and the helper functions of the tests become functions that always succeed."
# state = "wrong"
# quick = true
# ///

# %% after shell-helper
test() { :; }
[ () { return 0; }
printf() { :; }
check.call() { :; }
check.end() { echo "$1: right."; }
