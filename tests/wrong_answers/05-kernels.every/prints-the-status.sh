every() {
    local line status=0
    for line in "$@"; do
        eval "$line" || status=1
    done
    echo $status
}
