# shellcheck shell=sh
# The one set-up that every script here shares; sourced, not run.
#
#   set_up             makes the environment where something is missing; its folder is then in $seams_env
#   run_seams ...      becomes the command `seams`, in that environment
#   --python X         among the script's arguments: another interpreter, in an environment of its own
#   seams_takes=tests  set before sourcing: what only the tests need is installed too
#   seams_later=yes    set before set_up: the kernels are left to `seams workshop`
#
# What is asked on every start is one question: are the files that decide what is
# installed still those that were installed from? If so, nothing more is run. If
# not, a Python is looked for and scripts/set_up.py does the rest.
# Nothing is exported: what a script starts sees the variables it was started with.

seams_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
# Elsewhere only in the dev container, whose image brings the environment along.
seams_env=${SEAMS_ENVIRONMENT:-$seams_root/.venv}
seams_python=''

problem() {
    printf 'kernel-seams: %s\n' "$1" >&2
    return "${2:-1}"
}

# -E: a PYTHONHOME or PYTHONPATH of the person's own must not keep the set-up, or the doctor, from running.
new_enough() {
    "$1" -E -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null </dev/null
}

# The first Python 3.11 or newer on PATH.
find_python() {
    for seams_name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if new_enough "$seams_name"; then
            command -v "$seams_name"
            return 0
        fi
    done
    seams_old=$(python3 -E -c 'import platform, sys; print("python3 is", platform.python_version(), "at", sys.executable)' 2>/dev/null)
    problem "there is no Python 3.11 or newer on PATH (${seams_old:-there is no python3}). Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python) or name one: ./scripts/workshop --python PATH"
}

# The Python called $1: a path, a command, or a version as in 3.13.
find_named_python() {
    for seams_name in "$1" "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1/bin/python" \
        "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python; do
        if [ ! -d "$seams_name" ] && new_enough "$seams_name"; then
            command -v "$seams_name"
            return 0
        fi
    done
    problem "--python $1 is not a Python 3.11 or newer that runs. Give a path, a command on PATH, or a version as in 3.13" 2
}

# Whether the environment was made from the files that lie here now; $1 is workshop or tests.
is_set_up() {
    [ -x "$seams_env/bin/python" ] && [ -f "$seams_env/seams-stamp-$1" ] || return 1
    seams_stamp=$seams_env/seams-stamp-$1
    case $1 in
        workshop) set -- pyproject.toml requirements.lock environments/analysis/requirements.lock \
            scripts/set_up.py src/kernel_seams/kernels/install.py src/kernel_seams/kernels/mismatch.py ;;
        tests) set -- tests/requirements.lock ;;
    esac
    # The folder's name is in the stamp, because an environment does not survive a move.
    (CDPATH='' cd -- "$seams_root" && { printf '%s\n' "$seams_root"; cat -- "$@"; } 2>/dev/null | cmp -s - "$seams_stamp")
}

set_up() {
    if is_set_up workshop && { [ -z "${seams_takes-}" ] || is_set_up "$seams_takes"; }; then
        return 0
    fi
    [ -n "$seams_python" ] || seams_python=$(find_python) || return
    "$seams_python" -E "$seams_root/scripts/set_up.py" "$seams_env" ${seams_takes:+--with "$seams_takes"} \
        ${seams_later:+--later}
}

run_seams() {
    exec "$seams_env/bin/python" -E "$seams_root/scripts/seams.py" "$@"
}

# The script's own arguments, less --python X; `seams` takes all of its arguments itself.
if [ "${0##*/}" != seams ]; then
    seams_left=$#
    while [ "$seams_left" -gt 0 ]; do
        if [ "$1" != --python ]; then
            set -- "$@" "$1"
        elif [ "$seams_left" -eq 1 ]; then
            problem "--python wants a value: a path, a command on PATH, or a version as in 3.13" 2 || exit
        else
            seams_python=$(find_named_python "$2") || exit
            # An environment of its own, so that the learner's is left alone.
            seams_env=$seams_root/.venv-$("$seams_python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
            seams_left=$((seams_left - 1))
            shift
        fi
        shift
        seams_left=$((seams_left - 1))
    done
fi
