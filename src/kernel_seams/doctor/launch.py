"""What a kernelspec's ``argv`` comes down to, as jupyter_client launches it.

    argv[0]  python, python3, or pythonM.N of Jupyter itself  ->  the interpreter that runs Jupyter, never PATH
             {prefix}, {resource_dir}, a leading ~            ->  filled in
             a bare word                                      ->  looked up on PATH, the spec's own if it sets one
             a path                                           ->  that file, its links not followed
    a launcher in front (env, nice, a shell's script, conda run)  ->  what it starts, where that is certain

Source: ``KernelManager.format_kernel_cmd``, ``provisioner_base``, ``launcher.launch_kernel``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kernel_seams.doctor.launchers import Behind, look_behind
from kernel_seams.doctor.programs import Trouble, first_on_path, is_python, shebang, shim_manager, why_not
from kernel_seams.kernels.interpreter import launch_environment
from kernel_seams.kernels.specs import Kernelspec

PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_]+)\}")
WITH_VALUE = "mcWX"


@dataclass(frozen=True)
class Server:
    """The interpreter that runs Jupyter, as far as a launch depends on it."""

    python: Path | None
    prefix: str
    version: tuple[int, ...]
    home: str
    folder: str


@dataclass(frozen=True)
class Launch:
    """What would be started for a kernel: `word` is argv[0], or what a launcher in argv[0] starts.

    `argv` is that whole command, `behind` the launcher's part in it. `program` is the
    file the system would run (None: `trouble` says why there is none); `environment`
    is what it starts with and `base` that without the spec's own; `python` the
    interpreter where it comes down to one; `flags` its options; `module` or `script`
    what it is to run; `substituted` says that Jupyter put its own interpreter in
    place of the word in argv[0].
    """

    word: str
    program: Path | None
    environment: Mapping[str, str]
    base: Mapping[str, str]
    python: Path | None = None
    flags: tuple[str, ...] = ()
    module: str = ""
    script: str = ""
    substituted: bool = False
    shim: str | None = None
    trouble: Trouble | None = None
    argv: tuple[str, ...] = ()
    behind: Behind | None = None

    @property
    def wrapper(self) -> Path | None:
        """The script that names the program, so that this is where it is mended; None where kernel.json does."""
        return self.behind.script if self.behind else None


def launch(spec: Kernelspec, server: Server, base: Mapping[str, str]) -> Launch:
    """What `server` would start for `spec` under the environment `base`, without starting it."""
    environment = launch_environment(spec, base)
    argv = [_filled(part, spec, server) for part in spec.argv]
    if not argv:
        return Launch("", None, environment, base, trouble=Trouble("no-argv", "kernel.json has no argv"))
    word, substituted = spec.argv[0], False
    own = {"python", f"python{server.version[0]}", ".".join(["python" + str(server.version[0]), *_minor(server)])}
    if word in own and server.python is not None:
        argv[0], substituted = str(server.python), True
    behind = look_behind(argv, environment, server.folder)
    if behind.uncertain and behind.trouble is None:
        behind = Behind(tuple(argv), environment)
    word = word if behind.argv == tuple(argv) else behind.argv[0]
    program, trouble = _program(behind.argv[0], behind.environment, server)
    found = Launch(
        word,
        program,
        behind.environment,
        base,
        substituted=substituted,
        trouble=behind.trouble or trouble,
        argv=behind.argv,
        behind=behind if behind.argv != tuple(argv) or behind.trouble else None,
    )
    return found if program is None or found.trouble is not None else _as_python(found, program, list(behind.argv[1:]))


def _minor(server: Server) -> list[str]:
    return [str(server.version[1])] if len(server.version) > 1 else []


def _filled(part: str, spec: Kernelspec, server: Server) -> str:
    values = {"prefix": server.prefix, "resource_dir": str(spec.folder)}
    text = PLACEHOLDER.sub(lambda match: values.get(match.group(1), match.group()), part)
    return server.home + text[1:] if text == "~" or text.startswith("~/") else text


def _program(word: str, environment: Mapping[str, str], server: Server) -> tuple[Path | None, Trouble | None]:
    if "/" not in word:
        found = first_on_path(word, environment, server.folder)
        if found is None:
            return None, Trouble("not-on-path", f"there is no program {word!r} on PATH")
        return found, why_not(found, environment)
    path = Path(server.folder, word)
    trouble = why_not(path, environment)
    return (path if trouble is None else None), trouble


def _as_python(found: Launch, program: Path, arguments: list[str]) -> Launch:
    """`found` with the interpreter, its options and what it runs, where the program is a Python or a Python script."""
    fields = dict(found.__dict__)
    if not is_python(program):
        interpreter = shebang(program, found.environment)
        python = Path(interpreter) if interpreter and is_python(Path(interpreter)) else None
        return Launch(**{**fields, "python": python, "script": program.name, "shim": shim_manager(program)})
    flags, module, script = split_arguments(arguments)
    return Launch(
        **{
            **fields,
            "python": program,
            "flags": flags,
            "module": module,
            "script": script,
            "shim": shim_manager(program),
        }
    )


def split_arguments(arguments: list[str]) -> tuple[tuple[str, ...], str, str]:
    """A Python's arguments as (options, module after ``-m``, script); at most one of the last two is not empty."""
    flags: list[str] = []
    position = 0
    while position < len(arguments) and arguments[position].startswith("-") and arguments[position] != "-":
        word = arguments[position]
        position += 1
        if word.startswith("--"):
            flags.append(word)
            continue
        at = next((index for index, letter in enumerate(word) if letter in WITH_VALUE and index), None)
        if at is None:
            flags.append(word)
            continue
        value = word[at + 1 :]
        if not value:
            value = arguments[position] if position < len(arguments) else ""
            position += 1
        if at > 1:
            flags.append(word[:at])
        if word[at] == "m":
            return tuple(flags), value, ""
        if word[at] == "c":
            return tuple(flags), "", ""
        flags.append(f"-{word[at]}{value}")
    return tuple(flags), "", arguments[position] if position < len(arguments) else ""
