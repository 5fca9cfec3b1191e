every() {
    local line status=0
    for line in "$@"; do
        "$line" || status=1
    done
    return $status
}
