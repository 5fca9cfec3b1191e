# %% [markdown]
# # 05 Kernels, second notebook: Bash
#
# **Goal.** You can say when a cell of a Bash notebook has failed, and make one that runs several commands fail when any of them does.
#
# This notebook runs on a Bash kernel: look at its name at the upper right.
# There is no `%load_ext` here, `%` belongs to IPython. Stuck? Ask in `kernels.ipynb`: `%hint 05-kernels.every`.
#
# ## Predict first
#
# Say to yourself before you run each cell below: does this cell fail, or not?

# %% [markdown]
# ## Drive it
#
# A Bash command gives no value. It prints, and it ends with a *status*: 0 for success, anything else for failure.

# %%
echo "the status of true is $(true; echo $?), of false $(false; echo $?)"

# %% [markdown]
# bash_kernel sends `error` when the status of the cell is not 0, with the status for its text and no name.
# JupyterLab draws an error as `name: text`, so that status 1 is `: 1` below the cell.
# Which status is that, if the cell has several commands?

# %% tags=["raises-exception"]
true
false

# %%
false
true

# %%
[ 1 = 2 ]
[ 1 = 1 ]
echo "and yet it goes on"

# %% [markdown]
# ```mermaid
# flowchart LR
#     first["[ 1 = 2 ]<br/>status 1"] --> second["[ 1 = 1 ]<br/>status 0"] --> third["echo ...<br/>status 0"]
#     third -- "status of the cell: 0" --> reply["execute_reply<br/>status ok"]
#     first -. "forgotten" .-> reply
# ```
#
# Only the last command counts: whoever takes `ok` for "all went well" is wrong, and that includes a grader of notebooks.
# Here is what the check below is made of. It remembers the first failure, and only its last line, `check.end`, gives the cell its status.

# %% nbgrader={"grade_id": "bash-check", "locked": true}
check.begin() { check_failed=; }

# check.call EXPECTED COMMAND ARGUMENT...: run COMMAND in a shell of its own; compare what it printed, and its status
check.call() {
    local expected=$1 argument output received status where=$2
    shift
    if [[ -n $check_failed ]]; then return 1; fi
    output=$("$@" 2>&1)
    status=$?
    output=$(sed -E 's/^(bash|environment): (line [0-9]+: )?//' <<< "$output")
    printf -v received '%q, status %d' "$output" "$status"
    if [[ $received == "$expected" ]]; then return 0; fi
    check_failed=1
    for argument in "${@:2}"; do where+=" '$argument'"; done
    printf 'Received: %s\nWhere:    %s\n' "$received" "$where"
    printf 'Expected: %s\nNext:     %s\n' "$expected" "$(check.next "$received" "$expected")"
    return 1
}

check.end() {
    if [[ -n $check_failed ]]; then return 1; fi
    echo "$1: right."
}

# %% [markdown]
# ## Task 5: every one of them
#
# `every` runs each of its arguments as a command line, all of them, in order.
# It ends with status 0 if every one did, else with 1:
#
#     $ every 'echo one' 'false' 'echo two'; echo "status $?"
#     one
#     two
#     status 1
#
# **The check** asks for command lines with several words and with quotes, and for a failure at the beginning, in the middle and at the end.
# **Not asked:** no argument at all, a line that ends the shell with `exit`.

# %% nbgrader={"grade_id": "every", "solution": true}
every() {
    # TODO: Run each argument with `eval`, go on after a failure, and `return` 0 or 1. Print nothing of your own.
    ### BEGIN SOLUTION
    local line status=0
    for line in "$@"; do
        eval "$line" || status=1
    done
    return $status
    ### END SOLUTION
}

# %% tags=["raises-exception"]
every 'echo one' 'false' 'echo two'

# %% nbgrader={"grade": true, "grade_id": "every-check"}
# The check of task 5: run this cell.
check.next() { # RECEIVED EXPECTED: what to do next
    case $1 in
    *"not"*"implemented"*) echo "The hole is still empty: put your code in place of the line with 'not implemented' and run that cell again." ;;
    *"command not found"*) echo "Bash took a text for the name of a command: eval \"\$line\" makes Bash read it as a line." ;;
    "${2%, status *}, status 0") echo "Everything ran, and the failure was forgotten: keep it in a variable when it happens, and return that." ;;
    "${2%, status *}, status "*) echo "Everything ran; the status is 0 or 1: \`return\` one of them." ;;
    *"status 1") echo "Not every line ran, or not as it stands: go on after a failure, and keep the quotes with eval \"\$line\"." ;;
    *", status 0") echo "It printed something else than the lines do: only what they print belongs there." ;;
    *) echo "Run this call in a cell of its own, then: echo \$?" ;;
    esac
}

check.begin
check.call "$'one\ntwo', status 0" every 'echo one' 'echo two'
check.call "$'one\ntwo', status 1" every 'echo one' 'false' 'echo two'
check.call "'', status 1" every '[ 1 = 2 ]' '[ 1 = 1 ]'
check.call "a\ \ b, status 0" every 'echo "a  b"' '[ "a b" = "a b" ]'
### BEGIN HIDDEN TESTS
word=w$RANDOM number=$((RANDOM % 90 + 2))
check.call "$word, status 1" every "(exit $number)" "echo $word" true
check.call "$word, status 1" every "echo $word" true "(exit $number)"
check.call "$word\ \ $number, status 0" every "echo '$word  $number'" true "[ '$word $number' = \"$word $number\" ]"
### END HIDDEN TESTS
check.end every

# %% [markdown]
# ## Discussion
#
# - `set -e` looks like the cure. In a notebook it ends the Bash behind the kernel at the first failure; bash_kernel starts a new one, says `ok`, and your variables are gone.
# - `a && b && c` stops at the first failure; that is often what you want, and it is not `every`.
# - nbgrader gives a cell its points if it did not end in `error`. In Bash that is the status of the last command: whoever writes tests here ends them as `check.end` does.
#
# ## Read on
#
# - `help eval`, `help return` in any cell; Bash manual, *Exit Status*.
# - `seams demo 5` drives this kernel and others with one client.
