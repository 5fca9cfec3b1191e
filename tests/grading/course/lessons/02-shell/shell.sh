# %% [markdown]
# # Shell: two functions in Bash

# %% nbgrader={"grade_id": "shell-helper", "locked": true}
check.begin() { check_failed=; }

# check.call EXPECTED COMMAND ARGUMENT...: run COMMAND in a shell of its own; compare what it printed, and its status
check.call() {
    local expected=$1 received status
    shift
    if [[ -n $check_failed ]]; then return 1; fi
    received=$("$@" 2>&1)
    status=$?
    if [[ "$received, status $status" == "$expected" ]]; then return 0; fi
    check_failed=1
    printf 'Received: %s\nExpected: %s\n' "$received, status $status" "$expected"
    return 1
}

check.end() {
    if [[ -n $check_failed ]]; then return 1; fi
    echo "$1: right."
}

# %% [markdown]
# `double N` prints twice N.

# %% nbgrader={"grade_id": "double", "solution": true}
double() {
    ### BEGIN SOLUTION
    echo $(( 2 * $1 ))
    ### END SOLUTION
}

# %% nbgrader={"grade_id": "double-check", "grade": true}
check.begin
check.call "4, status 0" double 2
### BEGIN HIDDEN TESTS
secret_of_double=$(( SRANDOM % 7919 ))
check.call "$(( 2 * secret_of_double )), status 0" double "$secret_of_double"
### END HIDDEN TESTS
check.end double

# %% [markdown]
# `refuse` prints nothing and ends with status 3.

# %% nbgrader={"grade_id": "refuse", "solution": true}
refuse() {
    ### BEGIN SOLUTION
    return 3
    ### END SOLUTION
}

# %% nbgrader={"grade_id": "refuse-check", "grade": true}
check.begin
check.call ", status 3" refuse
### BEGIN HIDDEN TESTS
secret_of_refuse=$SRANDOM
check.call ", status 3" refuse "$secret_of_refuse"
### END HIDDEN TESTS
check.end refuse
