# /// case
# tries = "The names and values that this shell tells of itself are made up: commands for whoever writes them into a script."
# state = ["wrong", "crash", "tampered"]
# nbgrader = "as it should be"
# ///

# %% top
builtin() {
    case "$1 $2" in
    'printf f%s\0\0' | 'printf v%s\0%s\0') command printf 'v%s\0%s\0' 'x=1; exit 0; y' 1 ;;
    'declare -F') return 0 ;;
    *) command "$@" ;;
    esac
}
