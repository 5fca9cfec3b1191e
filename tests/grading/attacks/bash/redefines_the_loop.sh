# /// case
# tries = "What this shell is driven with becomes functions: builtin, eval, read, local; and what the stubs are driven with."
# state = ["wrong", "crash", "timeout"]
# nbgrader = "as it should be"
# ///

# %% end
builtin() { echo 0; return 0; }
declare() { return 0; }
eval() { return 0; }
local() { return 0; }
cat() { echo 4; }
__seams_ask() { return 0; }
export -f builtin declare eval local cat __seams_ask

# %% double
double() {
    echo 5
}
