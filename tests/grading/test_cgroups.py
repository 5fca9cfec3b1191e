"""A control group for a submission, where one may be made: what the kernel itself holds, and that nothing is left."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MAKES = "from kernel_seams.grading import cgroups; group = cgroups.make(64 * 2**20, 8)"
USES_IT_UP = f"""
{MAKES}
import json, os, signal


def end_of(work):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(reader, 1)
        os._exit(work())
    group.add(child)
    os.write(writer, b"g")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def fork_on_and_on():
    for number in range(100):
        try:
            if os.fork() == 0:
                os._exit(0)  # nobody waits for it: it counts as long as its parent is there
        except BlockingIOError:
            return number


try:
    seen = {{name: end_of(work) for name, work in {{
        "modest": lambda: not bytearray(b"x") * 2**24, "hungry": lambda: not bytearray(b"x") * 2**29,
        "fork": fork_on_and_on}}.items()}} if group else None
finally:
    if group:
        group.remove()
print(json.dumps(seen))
"""
ENDS_LATE = f"""
{MAKES}
import os, threading
from pathlib import Path

reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.close(writer)
    os.read(reader, 1)
    os._exit(0)
group.add(child)
threading.Timer(0.3, os.close, [writer]).start()
group.remove()
print([str(each) for each in Path("/sys/fs/cgroup").rglob(f"kernel-seams-{{os.getpid()}}")])
"""
TELLS = "print(open('/proc/self/cgroup').read())"


@pytest.fixture(scope="module")
def used_up():
    """How processes in a group of 64 MB and eight processes ended, which use less of it, and more."""
    done = subprocess.run([sys.executable, "-c", USES_IT_UP], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    if found is None:
        pytest.skip("no control group can be made: that takes root, or a user's own systemd, and a writable hierarchy")
    return found


def test_the_kernel_ends_what_takes_more_memory(used_up):
    """Sixteen of 64 megabytes are nobody's harm, half a gigabyte is killed on the way."""
    assert (used_up["modest"], used_up["hungry"]) == (0, -9)


def test_the_kernel_refuses_more_processes(used_up):
    """The eighth beside the first."""
    assert used_up["fork"] == 7


@pytest.mark.usefixtures("used_up")
def test_it_is_removed_although_a_process_has_not_quite_ended():
    """What has been killed may be in its group for a moment more."""
    done = subprocess.run([sys.executable, "-c", ENDS_LATE], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.usefixtures("used_up")
def test_a_submission_is_in_a_group_that_is_gone_afterwards(jobs_run, printed):
    """Its processes are in it from the first cell on, those that it starts as well."""
    (result,) = jobs_run([{"cells": [TELLS, f'!{sys.executable} -c "{TELLS}"']}])

    for cell in (0, 1):
        assert "/kernel-seams-" in printed(result, cell)
    name = printed(result, 0).partition("/kernel-seams-")[2].split()[0]
    assert list(Path("/sys/fs/cgroup").rglob(f"kernel-seams-{name}")) == []


def test_who_may_make_none_goes_on_without(jobs_run, printed, as_nobody):
    """As in a container: the warden's own count holds then."""
    user = as_nobody()
    asked = "from kernel_seams.grading import cgroups; print(cgroups.which_way())"
    command = [*user, sys.executable, "-B", "-c", asked]
    way = subprocess.run(command, cwd="/", capture_output=True, text=True, check=True).stdout.strip()
    if not user and way != "None":
        pytest.skip("whoever tests may make a control group, and only root becomes who may not: run the tests as root")
    assert way == "None"

    (result,) = jobs_run([{"cells": [TELLS]}], user=user)

    assert ":/" in printed(result, 0)
    assert "/kernel-seams-" not in printed(result, 0)
