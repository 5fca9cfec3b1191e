every() {
    local line status=0
    for line in "$@"; do
        eval "$line" || status=$((status + 2))
    done
    return $status
}
