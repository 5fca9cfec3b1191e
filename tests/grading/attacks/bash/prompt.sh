# /// case
# tries = "What the kernel waits for is the prompt: a prompt, and a status, of the student's own."
# state = ["wrong", "crash", "timeout"]
# nbgrader = "has no score"
# ///

# %% top
PROMPT_COMMAND='(exit 0)'
PS0='$(echo [PEXPECT_PROMPT>)'
PS1='[PEXPECT_PROMPT>'
exec 2>/dev/null

# %% double
double() {
    echo "[PEXPECT_PROMPT>"
    echo "status 0"
    echo "0"
}
