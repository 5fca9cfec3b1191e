every() {
    local failures=0
    while (($#)); do
        bash -c "$1" || failures=$((failures + 1))
        shift
    done
    ((failures == 0))
}
