"""What do hostile and odd submissions get: from `seams grade`, from stock nbgrader, and from `otter run`?

    python benchmarks/attacks.py [--grader NAME ...] [--seen FILE] [--write] [CASE ...]

A case is attacks/score/always_equal. With --seen what is observed is kept in FILE, and what is there is not observed
again: a run that was stopped goes on.

Every cell is observed: each case is handed in beside honest ones and graded, in a container without a network,
capabilities and a disk that could be written, of bounded memory, processes and temporary files. The same assignment,
the same tests. For the others a container grades one case, because what one does would be the end of the rest; ours
grades them all in one, as a class. With --write the table goes to docs/grading.md and what stock nbgrader gives into
each case. Needs a container engine, and the network to make its images; all cases take about an hour and a half.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from containers import HOME, IMAGE, LIMITS, ROOT, build

sys.path[0] = str(ROOT / "tests")  # in place of this folder, which has a grading.py
from grading.cases import Case, all_cases  # noqa: E402  (they are no package)
from grading.verdict import ENDED, batch_faults, faults  # noqa: E402

CLEAN, FAILED = "as it should be", "not observed: what watches the batch failed"
SECONDS = 240  # for one command of a grader; stock nbgrader gives each cell 30
BATCH_SECONDS = 900
# By grader: its name in the table, its image, and the environment that it runs in.
GRADERS = {
    "seams": ("`seams grade`", "ours", f"{HOME}/.venv"),
    "nbgrader": ("stock `nbgrader autograde`", "ours", f"{HOME}/.venv"),
    "otter": ("`otter run`", "otter", "/opt/otter"),
}
# A rival's environment is one that may be written, as on a teacher's own machine, and that goes with the container.
SCRIPT = """
python3 -m venv --without-pip /run/batch/venv
site=$(echo /run/batch/venv/lib/python3.*/site-packages)
echo "import site; site.addsitedir('$(echo $ENVIRONMENT/lib/python3.*/site-packages)')" > "$site/chain.pth"
exec /run/batch/venv/bin/python /checkout/tests/grading/batch.py run --course /course "$@"
"""
# Ours grades in its own: the kernel of another one is no Python that it knows.
OURS = 'exec $ENVIRONMENT/bin/python /checkout/tests/grading/batch.py run --course /course "$@"'


def main() -> None:
    """Grade, print the table, and write it where it belongs if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--grader", choices=GRADERS, action="append", help="one or more; all of them without")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seen", type=Path, metavar="FILE", help="JSON; of one state of the checkout")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    options = parser.parse_args()
    cases = [case for case in all_cases("attacks", "honest") if named(case) in options.cases or not options.cases]
    graders = options.grader or list(GRADERS)
    table = before(options.seen, cases)
    missing = {grader: [case for case in cases if grader not in table[named(case)]] for grader in graders}
    if any(missing.values()):
        build(otter=bool(missing.get("otter")))
    with tempfile.TemporaryDirectory(prefix="seams-attacks-") as folder:
        for grader, left in missing.items():
            if not left:
                continue
            Path(folder).chmod(0o755)
            prepare(grader, Path(folder) / grader)
            if grader == "seams":
                for name, said in observe_all(left, Path(folder) / grader).items():
                    table[name][grader] = said
                keep(options.seen, table)
                continue
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                work = {pool.submit(observe, grader, case, Path(folder) / grader): case for case in left}
                for done in concurrent.futures.as_completed(work):
                    table[named(work[done])][grader] = done.result()
                    keep(options.seen, table)
                    print(f"{grader:10} {named(work[done]):45} {done.result()}", file=sys.stderr, flush=True)
    print(markdown(cases, graders, table))
    failed = [f"{grader} {case}" for case, row in table.items() for grader, said in row.items() if said == FAILED]
    if failed:
        sys.exit(f"attacks: not observed: {', '.join(failed)}; what was said is above.")
    if options.write:
        write(cases, graders, table)


def before(seen: Path | None, cases: list[Case]) -> dict[str, dict[str, str]]:
    """What was observed of each case in an earlier run, by grader; what failed to be is observed again."""
    found = json.loads(seen.read_text(encoding="utf-8")) if seen and seen.exists() else {}
    rows = {named(case): found.get(named(case), {}) for case in cases}
    return {name: {grader: said for grader, said in row.items() if said != FAILED} for name, row in rows.items()}


def keep(seen: Path | None, table: dict[str, dict[str, str]]) -> None:
    """Write down what has been observed so far."""
    if seen:
        seen.write_text(json.dumps(table, indent=1, ensure_ascii=False), encoding="utf-8")


def named(case: Case) -> str:
    """The case as the command line names it."""
    return f"{case.kind}/{case.name}"


def prepare(grader: str, folder: Path) -> None:
    """The course in `folder`, as the grader wants it; whoever runs in a container may write there now."""
    folder.mkdir()
    folder.chmod(0o777)
    image = GRADERS[grader][1]
    mounts = [f"--volume={ROOT}:/checkout:ro", f"--volume={folder}:/course"]
    command = ["docker", "run", "--rm", "--network=none", "--env=PYTHONPATH=/checkout/src", *mounts]
    command += [f"{IMAGE}:{image}"]
    command += ["python", "/checkout/tests/grading/batch.py", "prepare", "--grader", grader, "/course"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def observe(grader: str, case: Case, course: Path) -> str:
    """What became of the case and of those beside it, in words."""
    if grader == "otter" and case.lesson != "01-tiny":
        return "grades no Bash"
    seen = contained(grader, [case], course)
    if isinstance(seen, str):
        return seen
    return "; ".join([*faults(case, seen), *batch_faults(seen, case.lesson)]) or CLEAN


def observe_all(cases: list[Case], course: Path) -> dict[str, str]:
    """The same of ours, by name, in one batch a container; those that have to be ended apart, as in the tests."""
    found = {}
    at_once = [case for case in cases if not case.waits]
    for grader, chosen in (
        ("seams", [case for case in at_once if not ENDED & {*case.state}]),
        ("seams, one job", [case for case in at_once if ENDED & {*case.state}]),
        ("seams, short", [case for case in cases if case.waits]),
    ):
        if not chosen:
            continue
        seen = contained(grader, chosen, course, BATCH_SECONDS)
        if isinstance(seen, str):
            found |= {named(case): seen for case in chosen}
            continue
        print(f"{grader}: {len(chosen)} cases in {sum(seen['seconds'])} s", file=sys.stderr)
        whole = batch_faults(seen, *sorted({case.lesson for case in chosen}))
        found |= {named(case): "; ".join([*faults(case, seen), *whole]) or CLEAN for case in chosen}
    return found


def contained(grader: str, cases: list[Case], course: Path, seconds: int = SECONDS) -> dict[str, Any] | str:
    """What is observed of these cases in a container, or what became of the container."""
    name = f"seams-attack-{uuid.uuid4().hex[:12]}"
    _, image, environment = GRADERS[grader.partition(",")[0]]
    mounts = [f"--volume={ROOT}:/checkout:ro", f"--volume={course}:/course:ro", f"--env=ENVIRONMENT={environment}"]
    mounts += [f"--env=JUPYTER_PATH={environment}/share/jupyter", "--env=PYTHONPATH=/checkout/src", "--env=HOME=/tmp"]
    command = ["docker", "run", "--rm", f"--name={name}", *LIMITS, *mounts, f"{IMAGE}:{image}"]
    command += [
        "sh",
        "-c",
        OURS if grader.startswith("seams") else SCRIPT,
        "batch",
        "--grader",
        grader,
        "--seconds",
        str(seconds),
        "/run/batch",
    ]
    command += map(named, cases)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        subprocess.run(["docker", "kill", name], check=False, capture_output=True)
        return f"does not end within {seconds + 120} s, nor does who watches it"
    if done.returncode == 0:
        return json.loads(done.stdout.splitlines()[-1])
    if "BlockingIOError" in done.stderr:  # of who watches, who starts one that looks for what was written
        return "no process can be started any more, so many are left behind"
    if "Traceback" in done.stderr:
        print(done.stderr, file=sys.stderr)
        return FAILED
    return f"the batch is ended, and who watches it: exit {done.returncode}"


def markdown(cases: list[Case], graders: list[str], table: dict[str, dict[str, str]]) -> str:
    """The table, a part for each folder of cases."""
    heads = [GRADERS[grader][0] for grader in graders]
    lines = [f"| | it tries | {' | '.join(heads)} |", f"|---|---|{'---|' * len(heads)}"]
    for case in cases:
        cells = [table[named(case)][grader] for grader in graders]
        tries = case.tries.replace("|", "\\|").replace("<", "&lt;")
        lines.append(f"| `{named(case).removeprefix('attacks/')}` | {tries} | {' | '.join(cells)} |")
    clean = {
        head: sum(row[grader] == CLEAN for row in table.values()) for head, grader in zip(heads, graders, strict=True)
    }
    told = [f"{head}: {number} of {len(cases)} as they should be." for head, number in clean.items()]
    return "\n".join([*lines, "", conditions(), *told])


def conditions() -> str:
    """When and where it was observed, in words."""
    where = f"Linux {platform.release().partition('-')[0]}, {os.cpu_count()} processors, Docker's own seccomp profile"
    return f"Observed on {datetime.now(UTC):%d %B %Y}, in containers, as a user without rights: {where}."


def write(cases: list[Case], graders: list[str], table: dict[str, dict[str, str]]) -> None:
    """Put the table into docs/grading.md, and what stock nbgrader gives into the header of each case."""
    path = ROOT / "docs" / "grading.md"
    begin, end = "<!-- the attacks, begin: benchmarks/attacks.py --write -->", "<!-- the attacks, end -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n{markdown(cases, graders, table)}\n{end}{after}", encoding="utf-8")
    for case in cases if "nbgrader" in graders else []:
        text = re.sub(r"^# nbgrader = .*\n", "", case.path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        said = json.dumps(table[named(case)]["nbgrader"], ensure_ascii=False)
        case.path.write_text(text.replace("\n# ///\n", f"\n# nbgrader = {said}\n# ///\n", 1), encoding="utf-8")


if __name__ == "__main__":
    main()
