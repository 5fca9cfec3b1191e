"""What a kernelspec really launches, and which Python that is.

The first word of ``argv`` decides. Jupyter itself replaces ``python``,
``python3`` and its own ``python3.N`` by the interpreter that runs *Jupyter*;
any other bare word is looked up on PATH, the spec's own PATH if it sets one.
A path is never followed through symbolic links: ``.venv/bin/python`` and the
``/usr/bin/python3`` it points to are two different environments.

Source: ``jupyter_client.manager.KernelManager.format_kernel_cmd`` and
``jupyter_client.provisioning.provisioner_base``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template

from kernel_seams.kernels.specs import Kernelspec

PROBE_SECONDS = 15.0
PYTHON_NAME = re.compile(r"(python|pypy)[0-9.]*(-intel64|w)?", re.IGNORECASE)
# Commands that answer `--version` and do nothing else; a stranger's program is not run to see what it says.
ANSWERS_VERSION = {"bash", "deno", "R", "Rscript", "julia", "node", "ruby", "ir", "perl", "lua", "java"}
VERSION = re.compile(r"\d+(?:\.\d+)+\S*")
MARK = "kernel-seams:"
PROBE = f"""
import json, platform, sys
print({MARK!r} + json.dumps([platform.python_implementation(), platform.python_version(), sys.prefix, sys.base_prefix]))
"""


@dataclass(frozen=True)
class Interpreter:
    """The program that the first word of ``argv`` comes down to.

    `path` is None where there is no such program; `version` and `environment`
    (``sys.prefix`` for a Python) are None where the program was not asked or
    did not say. `problem` says what went wrong.
    """

    command: str
    path: Path | None = None
    implementation: str | None = None
    version: str | None = None
    environment: Path | None = None
    isolated: bool = False
    problem: str | None = None

    def to_json(self) -> dict[str, str | bool | None]:
        """The interpreter as plain data; paths are strings."""
        return {
            "command": self.command,
            "path": str(self.path) if self.path else None,
            "implementation": self.implementation,
            "version": self.version,
            "environment": str(self.environment) if self.environment else None,
            "isolated": self.isolated,
            "problem": self.problem,
        }


def launch_environment(spec: Kernelspec, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables the kernel process starts with: `base` (default ours) and the spec's ``env``.

    ``${NAME}`` in a value stands for the variable of that name in `base`.
    """
    base = dict(os.environ if base is None else base)
    own = {key: Template(value).safe_substitute(base) for key, value in spec.env.items()}
    environment = {**base, **own}
    if spec.language.startswith("python"):
        environment.pop("PYTHONEXECUTABLE", None)
    return environment


def resolve(spec: Kernelspec, jupyter_python: str = sys.executable) -> Interpreter:
    """The program `spec` launches under the Jupyter that `jupyter_python` runs, found but not asked anything."""
    if not spec.argv:
        return Interpreter("", problem="there is no argv")
    command = spec.argv[0].replace("{prefix}", sys.prefix).replace("{resource_dir}", str(spec.folder))
    # A spec is read by the Jupyter that runs it, so "python3.N" means the N of that interpreter.
    if command in {"python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}"}:
        return Interpreter(spec.argv[0], Path(jupyter_python))
    found = shutil.which(command, path=launch_environment(spec).get("PATH", os.defpath))
    if found is None:
        return Interpreter(spec.argv[0], problem=_why_not(command))
    return Interpreter(spec.argv[0], Path(found))


def describe(spec: Kernelspec, jupyter_python: str = sys.executable) -> Interpreter:
    """`resolve`, then ask a Python (or another known program) for its version, under the spec's own environment."""
    interpreter = resolve(spec, jupyter_python)
    if interpreter.path is None:
        return interpreter
    if PYTHON_NAME.fullmatch(interpreter.path.name):
        return _ask_python(interpreter, launch_environment(spec))
    if interpreter.path.name in ANSWERS_VERSION:
        return _ask_version(interpreter, launch_environment(spec))
    return interpreter


def describe_all(specs: Iterable[Kernelspec]) -> list[Interpreter]:
    """`describe` for each of `specs`, in their order, several at a time."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(describe, specs))


def _why_not(command: str) -> str:
    path = Path(command)
    if path.parent == Path():
        return f"there is no {command!r} on PATH"
    if path.is_symlink() and not path.exists():
        return f"{command} is a dangling link to {path.readlink()}"
    return f"{command} is not an executable file" if path.exists() else f"{command} does not exist"


def _ask_python(interpreter: Interpreter, environment: Mapping[str, str]) -> Interpreter:
    output, problem = _run([str(interpreter.path), "-c", PROBE], {**environment, "PYTHONDONTWRITEBYTECODE": "1"})
    marked = [line for line in output.splitlines() if line.startswith(MARK)]
    if not marked:
        return replace(interpreter, problem=problem or "it ran and said nothing")
    implementation, version, prefix, base = json.loads(marked[-1].removeprefix(MARK))
    return replace(
        interpreter,
        implementation=implementation,
        version=version,
        environment=Path(prefix),
        isolated=prefix != base,
    )


def _ask_version(interpreter: Interpreter, environment: Mapping[str, str]) -> Interpreter:
    output, problem = _run([str(interpreter.path), "--version"], environment)
    version = VERSION.search(output)
    if version is None:
        return replace(interpreter, problem=problem)
    return replace(interpreter, version=version.group())


def _run(command: list[str], environment: Mapping[str, str]) -> tuple[str, str | None]:
    """The command's stdout, and what went wrong in one sentence or None; bounded in time."""
    try:
        done = subprocess.run(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return "", f"it did not answer within {PROBE_SECONDS:.0f} s"
    except OSError as error:
        return "", f"it cannot be run: {error.strerror}"
    if done.returncode == 0:
        return done.stdout, None
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return done.stdout, f"it ends with: {last}"
