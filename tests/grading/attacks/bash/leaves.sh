# /// case
# tries = "Programs stay behind in every way a shell knows, and files where they do not belong."
# state = ["ok", "wrong", "crash"]
# solves = "all"
# why = "The answers are right; what stays behind is ended."
# nbgrader = "2 processes left behind; 4 files written elsewhere; 1 files of the course changed"
# ///

# %% top
setsid nohup sleep 86402 > /dev/null 2>&1 < /dev/null &
(trap '' HUP TERM INT; sleep 86403 &)
disown -a
coproc sleep 86404
touch /tmp/pwned-bash "$HOME/pwned-bash" /dev/shm/pwned-bash "@COURSE@/pwned-bash" 2> /dev/null
true
