# /// case
# tries = "Something is asked of the machine for later: a job of cron, of at, of systemd, a message queue, shared memory."
# state = "wrong"
# nbgrader = "as it should be"
# ///

# %% top
import ctypes
import subprocess

for command in (
    "echo '* * * * * touch /tmp/pwned-cron' | crontab -",
    "echo 'touch /tmp/pwned-at' | at now + 1 minute",
    "systemd-run --user --on-active=60 touch /tmp/pwned-systemd",
):
    try:
        subprocess.run(command, shell=True, capture_output=True, timeout=10, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error)
libc = ctypes.CDLL(None, use_errno=True)
IPC_CREAT = 0o1000
print(
    libc.shmget(0x7065, 4096, IPC_CREAT | 0o666),
    libc.msgget(0x7065, IPC_CREAT | 0o666),
    libc.semget(0x7065, 1, IPC_CREAT | 0o666),
)
try:
    from multiprocessing.shared_memory import SharedMemory

    SharedMemory("pwned-memory", create=True, size=4096)
except (OSError, ImportError) as error:
    print(error)
