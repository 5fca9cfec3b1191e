"""`seams doctor` against what people use instead, on the same broken and sound machines.

    .venv/bin/python benchmarks/doctor.py [--specs 20] [--rival]

Each machine is a home with a Jupyter and one kernelspec, broken in one way. A
tool is right about the cause where its output names the kernel or its files and
the thing that is wrong, right about the fix where it prints a command that mends
it, and raises a false alarm where it reports a fault on a sound machine. The
yardstick is the same for all: patterns below, applied to what is printed.

With --rival, kernelcontract is among them, in the way it finds most: it comes
from the package index into an environment that is thrown away afterwards.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CASES = Path(__file__).parents[1] / "tests" / "doctor" / "conftest.py"
SECONDS = 120
RIVAL = "kernelcontract==0.1.0a4"


def lab_module() -> Any:
    """The machines in small that the tests use."""
    spec = importlib.util.spec_from_file_location("doctor_lab", CASES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def gone(case: Any) -> None:
    """The interpreter was removed."""
    case.spec("proj", case.home / "proj/bin/python")


def no_ipykernel(case: Any) -> None:
    """The interpreter has no ipykernel."""
    case.spec("proj", case.bare("proj", "--without-pip") / "bin/python")


def pyzmq(case: Any) -> None:
    """The compiled part of pyzmq is missing."""
    place = case.environment("proj", own=True)
    case.spec("proj", place / "bin/python")
    for path in case.site(place).glob("zmq/backend/cython/*.so"):
        path.unlink()


def json_broken(case: Any) -> None:
    """kernel.json is cut off."""
    case.raw_spec("proj", '{"argv": [')


def no_argv(case: Any) -> None:
    """kernel.json has no argv."""
    case.raw_spec("proj", '{"display_name": "proj", "language": "python"}')


def no_connection_file(case: Any) -> None:
    """The argv does not pass the connection file on."""
    python = case.environment("proj") / "bin/python"
    case.spec("proj", None, argv=[str(python), "-m", "ipykernel_launcher"])


def not_executable(case: Any) -> None:
    """The interpreter has no x bit."""
    place = case.environment("proj")
    (place / "bin/python").unlink()
    (place / "bin/python").write_text("")
    (place / "bin/python").chmod(0o644)
    case.spec("proj", place / "bin/python")


def variable(case: Any) -> None:
    """A variable in argv[0]."""
    case.environment("proj")
    case.spec("proj", "$HOME/proj/bin/python")


def pythonpath(case: Any) -> None:
    """PYTHONPATH lends the kernel a tornado that fails."""
    case.spec("proj", case.environment("proj") / "bin/python")
    case.package(case.home / "ros", "tornado", 'raise ImportError("the tornado of another Python")')
    case.variables["PYTHONPATH"] = str(case.home / "ros")


def shadow(case: Any) -> None:
    """A types.py beside the notebook."""
    (case.work / "types.py").write_text("X = 1\n")


def jupyters_own(case: Any) -> None:
    """`python` in argv[0] and another environment active."""
    case.spec("proj", "python")
    case.activate(case.environment("proj"))


def hangs(case: Any) -> None:
    """A tornado that imports and hangs."""
    place = case.environment("proj", own=True)
    records = next(case.site(place).glob("tornado-*.dist-info"))
    text = re.sub(r"(?m)^Version: .*$", "Version: 4.5.3", (records / "METADATA").read_text(), count=1)
    (records / "METADATA").unlink()
    (records / "METADATA").write_text(text)
    records.rename(records.with_name("tornado-4.5.3.dist-info"))
    case.spec("proj", place / "bin/python")


def for_a_shell(case: Any) -> None:
    """An argv as one would type it."""
    activate = case.environment("proj") / "bin/activate"
    argv = ["source", str(activate), "&&", "python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    case.spec("proj", None, argv=argv)


def wrapper(case: Any, text: str) -> None:
    """A script of one's own as argv[0]."""
    place = case.spec("proj", None, argv=["{resource_dir}/run.sh", "-f", "{connection_file}"])
    (place / "run.sh").write_text(text)
    (place / "run.sh").chmod(0o755)


def wrapper_gone(case: Any) -> None:
    """A script that starts an interpreter which is gone."""
    wrapper(case, '#!/bin/sh\nexec "$HOME/old/bin/python" -m ipykernel_launcher "$@"\n')


def wrapper_plain(case: Any) -> None:
    """A script without a first line."""
    wrapper(case, f'exec {case.environment("env")}/bin/python -m ipykernel_launcher "$@"\n')


# How to break a machine, what a right cause says, what a right fix says.
BROKEN: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "interpreter gone": (gone, r"proj.*(gone|missing|not exist|not found)|missing.*proj", r"kernelspec remove"),
    "no ipykernel": (
        no_ipykernel,
        r"(no|without|not found).{0,40}ipykernel|ipykernel.{0,40}(not found|missing)",
        r"proj/bin/python.*ipykernel",
    ),
    "pyzmq broken": (pyzmq, r"(pyzmq|zmq).{0,60}(broken|fail|cannot|missing)", r"install.*pyzmq"),
    "kernel.json broken": (
        json_broken,
        r"(not JSON|JSONDecodeError|invalid JSON).*|proj.*JSON",
        r"kernelspec remove|ipykernel install",
    ),
    "no argv": (no_argv, r"argv", r"kernelspec remove|ipykernel install"),
    "no connection file": (no_connection_file, r"connection_file", r"ipykernel install"),
    "not executable": (not_executable, r"not executable|permission", r"chmod"),
    "variable in argv": (
        variable,
        r"\$HOME.*(variable|not filled|missing)|variable|missing.*\n.*proj",
        r"ipykernel install",
    ),
    "PYTHONPATH": (pythonpath, r"PYTHONPATH", r"unset PYTHONPATH"),
    "types.py beside": (shadow, r"types\.py", r"mv .*types\.py"),
    "python is Jupyter's": (
        jupyters_own,
        r"Python of Jupyter itself|own interpreter",
        r"proj/bin/python.*ipykernel install",
    ),
    "tornado too old": (hangs, r"tornado 4\.5\.3", r"install.*tornado"),
    "argv for a shell": (
        for_a_shell,
        r"no shell|not.{0,20}shell|'?source'?.{0,40}(not found|missing|not on PATH)|missing.*\n.*proj",
        r"proj/bin/python.*ipykernel install|kernelspec remove",
    ),
    "script, its Python gone": (wrapper_gone, r"old/bin/python.{0,40}(not exist|missing|gone)", r"run\.sh|remove proj"),
    "script without #!": (wrapper_plain, r"#!|exec format", r"run\.sh|remove proj"),
}


def sound_user(case: Any) -> None:
    """A virtual environment, registered."""
    case.spec("proj", case.environment("proj") / "bin/python")


def sound_language(case: Any) -> None:
    """A kernel for another language."""
    case.spec("sh", None, argv=["/bin/sh", "-c", "true", "{connection_file}"], language="sh")


def sound_wrapper(case: Any) -> None:
    """A script of one's own that works."""
    wrapper(case, f'#!/bin/sh\nexec {case.environment("env")}/bin/python -m ipykernel_launcher "$@"\n')


SOUND: dict[str, Callable[[Any], None]] = {
    "Jupyter alone": str,
    "venv, registered": sound_user,
    "another language": sound_language,
    "script that works": sound_wrapper,
    "tilde in argv": lambda case: (case.environment("env"), case.spec("t", "~/env/bin/python")),
}


def install_rival(folder: Path) -> str:
    """The program of the rival, installed into an environment in `folder`."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", RIVAL], check=True)
    return str(folder / "bin" / "kernelcontract")


def tools(case: Any, rival: str = "") -> dict[str, list[str]]:
    """The command lines, run by the case's own Jupyter but for ours, which comes from another environment."""
    server = case.lab.server / "bin"
    found = {
        "jupyter troubleshoot": [str(server / "jupyter"), "troubleshoot"],
        "jupyter kernelspec list --missing": [str(server / "jupyter"), "kernelspec", "list", "--missing"],
        "pip check": [str(server / "python"), "-m", "pip", "check"],
    }
    if rival:
        found["kernelcontract doctor"] = [rival, "doctor", "--probe-python", "--server-python", str(server / "python")]
    found["seams doctor"] = [str(Path(sys.executable).with_name("seams")), "doctor"]
    return found


def run(command: list[str], case: Any) -> tuple[str, int, float]:
    """(output, exit code, seconds) of one command on one machine."""
    started = time.monotonic()
    done = subprocess.run(
        command, env=case.variables, cwd=case.work, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return done.stdout + done.stderr, done.returncode, time.monotonic() - started


def alarm(name: str, output: str, code: int) -> bool:
    """Whether a tool reports a fault."""
    if name == "jupyter kernelspec list --missing":
        return "No missing" not in output and re.search(r"^\s+\S+\s+/", output, re.MULTILINE) is not None
    return code != 0 if name != "jupyter troubleshoot" else False


def compare(module: Any, lab: Any, root: Path, rival: str) -> None:
    """Run every tool on every machine and print the table."""
    score: dict[str, dict[str, Any]] = {}
    for number, (title, (spoil, cause, fix)) in enumerate(BROKEN.items()):
        case = module.Case(lab, root / f"broken{number}")
        spoil(case)
        for name, command in tools(case, rival).items():
            output, _, seconds = run(command, case)
            mine = score.setdefault(name, {"cause": [], "fix": [], "false": [], "seconds": []})
            mine["cause"] += [title] if re.search(cause, output, re.IGNORECASE) else []
            mine["fix"] += [title] if re.search(fix, output) else []
            mine["seconds"].append(seconds)
    for number, (title, make) in enumerate(SOUND.items()):
        case = module.Case(lab, root / f"sound{number}")
        make(case)
        for name, command in tools(case, rival).items():
            output, code, _ = run(command, case)
            score[name]["false"] += [title] if alarm(name, output, code) else []
    print(f"{'':36}right cause  right fix  false alarms  median s")
    for name, mine in score.items():
        right, mended = f"{len(mine['cause'])} of {len(BROKEN)}", f"{len(mine['fix'])} of {len(BROKEN)}"
        wrong = f"{len(mine['false'])} of {len(SOUND)}"
        print(f"{name:36}{right:>11}{mended:>11}{wrong:>14}{statistics.median(mine['seconds']):>10.2f}")
        missed = [title for title in BROKEN if title not in mine["cause"]]
        if name == "seams doctor" and missed:
            print(f"{'':4}missed: {', '.join(missed)}")


def many(module: Any, lab: Any, root: Path, specs: int) -> None:
    """The time on a machine with `specs` kernelspecs, of one interpreter and of five."""
    for interpreters in (1, 5):
        case = module.Case(lab, root / f"many{interpreters}")
        pythons = [case.environment(f"env{number}") / "bin/python" for number in range(interpreters)]
        for number in range(specs):
            case.spec(f"k{number}", pythons[number % interpreters])
        seconds = min(run(tools(case)["seams doctor"], case)[2] for _ in range(3))
        print(f"{specs} kernelspecs, {interpreters} interpreter(s): {seconds:.2f} s (target 2 s)")


def main() -> None:
    """Print the table and the times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--specs", type=int, default=20)
    parser.add_argument("--rival", action="store_true", help=f"install {RIVAL} for the comparison")
    options = parser.parse_args()
    module = lab_module()
    with tempfile.TemporaryDirectory(prefix="seams-bench-") as folder:
        lab = module.Lab.build(Path(folder) / "lab")
        rival = install_rival(Path(folder) / "rival") if options.rival else ""
        compare(module, lab, Path(folder), rival)
        many(module, lab, Path(folder), options.specs)


if __name__ == "__main__":
    main()
