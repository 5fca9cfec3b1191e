every() {
    local line
    for line in "$@"; do
        eval "$line" || return 1
    done
}
