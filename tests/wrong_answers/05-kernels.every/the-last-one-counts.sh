every() {
    local line
    for line in "$@"; do
        eval "$line"
    done
}
