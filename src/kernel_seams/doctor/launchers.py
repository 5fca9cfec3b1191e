"""What stands in front of the program that is the kernel: ``env``, ``nice``, a shell, a script, ``conda run``, our tap.

    ["nice", "-n", "5", "run.sh", "-f", FILE]  ->  ["/home/ada/env/bin/python", "-m", "ipykernel_launcher", "-f", FILE]

Nothing is run: options are read as each program documents them, and a script as
far as it is a plain list of commands. What is not certain is not followed.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kernel_seams.doctor.look import is_dir
from kernel_seams.doctor.programs import Trouble, first_on_path, is_python, shebang, shim_manager, why_not
from kernel_seams.doctor.shells import SHELLS, Found, Script, read_script
from kernel_seams.kernels.tapped import INNER, LAUNCH

DEEPEST = 8


@dataclass(frozen=True)
class Prefix:
    """How a program that only passes on is called: letters and words of its options with a value, words before it."""

    letters: str = ""
    words: tuple[str, ...] = ()
    positions: int = 0


PREFIXES = {
    "caffeinate": Prefix("tw"),
    "chrt": Prefix("TPD", positions=1),
    "command": Prefix(),
    "env": Prefix("uCS", ("--unset", "--chdir", "--split-string")),
    "exec": Prefix("a"),
    "ionice": Prefix("cn", ("--class", "--classdata")),
    "nice": Prefix("n", ("--adjustment",)),
    "nohup": Prefix(),
    "setsid": Prefix(),
    "stdbuf": Prefix("ioe", ("--input", "--output", "--error")),
    "taskset": Prefix(positions=1),
    "time": Prefix("fo", ("--format", "--output")),
    "timeout": Prefix("ks", ("--kill-after", "--signal"), positions=1),
    "xvfb-run": Prefix("nsefpw", ("--server-num", "--server-args", "--error-file", "--auth-file", "--wait")),
}
CONDA = {"conda", "mamba", "micromamba"}
CONDA_FLAGS = {"--no-capture-output", "--live-stream", "-s", "-v", "-vv", "--verbose", "--no-activate"}


@dataclass(frozen=True)
class Behind:
    """The command that is run in the end, and its environment.

    `script` is the file that names it, at `line`, where a script does; `trouble`
    what a launcher needs and does not find; `uncertain` says that an argument or
    a variable may be another.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    script: Path | None = None
    line: int = 0
    trouble: Trouble | None = None
    uncertain: bool = False


def look_behind(argv: Sequence[str], environment: Mapping[str, str], folder: str) -> Behind:
    """What `argv` comes down to when it is started in `folder`; itself where nothing stands in front."""
    found = Behind(tuple(argv), environment)
    for _ in range(DEEPEST):
        inner = _step(found, folder)
        if inner is None or not inner.argv:
            return found
        found = inner
        if found.trouble is not None:
            return found
    return found


def _step(found: Behind, folder: str) -> Behind | None:
    """One launcher less, None where there is none or where it cannot be known what it starts."""
    name, program = Path(found.argv[0]).name, _program(found, folder)
    if program is None or why_not(program, found.environment) is not None:
        return None  # the launcher itself is what is wrong
    if found.argv[1 : 1 + len(LAUNCH)] == LAUNCH and "--" in found.argv:
        return _tapped(found)
    if shim_manager(program) or is_python(program):
        return None  # only its manager knows; and what is called so is asked as an interpreter
    if name in PREFIXES:
        return _passed_on(name, found)
    if name in SHELLS:
        return _shell(found, folder)
    if name in CONDA and found.argv[1:2] == ("run",):
        return _conda(found, folder)
    named = shebang(program, found.environment)
    if named is None or Path(named).name not in SHELLS:
        return None
    return _read(found, read_script(program, found.argv[1:], found.environment), program)


def _program(found: Behind, folder: str) -> Path | None:
    word = found.argv[0]
    return Path(folder, word) if "/" in word else first_on_path(word, found.environment, folder)


def _passed_on(name: str, found: Behind) -> Behind | None:
    prefix, environment = PREFIXES[name], dict(found.environment)
    options, rest = _split(list(found.argv[1:]), prefix)
    if name == "env":
        for option, value in options:
            if option in {"-i", "-", "--ignore-environment"}:
                environment.clear()
            elif option in {"-u", "--unset"}:
                environment.pop(value, None)
            elif option in {"-S", "--split-string"}:
                rest = [*shlex.split(value), *rest]
        while rest and "=" in rest[0]:
            key, _, value = rest.pop(0).partition("=")
            environment[key] = value
    return replace(found, argv=tuple(rest[prefix.positions :]), environment=environment)


def _tapped(found: Behind) -> Behind:
    """What our tap starts: the argv of the kernel itself, whose connection file is the tap's."""
    real = found.argv[found.argv.index("--") + 1 :]
    return replace(found, argv=tuple(part.replace(INNER, "{connection_file}") for part in real))


def _split(words: list[str], prefix: Prefix) -> tuple[list[tuple[str, str]], list[str]]:
    """([(option, its value or nothing)], the words after the options)."""
    options: list[tuple[str, str]] = []
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word == "--":
            break
        letter, name = word[:2], word.partition("=")
        if word.startswith("--"):
            value = name[2] if name[1] or name[0] not in prefix.words or not words else words.pop(0)
            options.append((name[0], value))
        elif len(word) > 1 and word[1] in prefix.letters:
            options.append((letter, word[2:] or (words.pop(0) if words else "")))
        else:
            options.append((word, ""))
    return options, words


def _shell(found: Behind, folder: str) -> Behind | None:
    """What ``bash -c TEXT`` or ``sh FILE`` runs; a login shell may change everything first."""
    words, login, text = list(found.argv[1:]), False, False
    while words and words[0].startswith(("-", "+")) and not text:
        option = words.pop(0)
        letters = "" if option.startswith("--") else option[1:]
        login = login or option == "--login" or "l" in letters or "i" in letters
        text = "c" in letters
        if letters in {"o", "O"} and words:
            words.pop(0)
    if not words:
        return None
    if text:
        script = Script(words[0], tuple(words[2:]), words[1] if len(words) > 1 else found.argv[0], None)
        inner = script.command(found.environment)
        return _read(replace(found, uncertain=found.uncertain or login), inner, None)
    path = Path(folder, words[0])
    inner = read_script(path, words[1:], found.environment)
    return _read(replace(found, uncertain=found.uncertain or login), inner, path)


def _read(found: Behind, inner: Found | None, file: Path | None) -> Behind | None:
    if inner is None:
        return None
    argv, environment, line, missing, uncertain = inner
    trouble = None
    if missing:
        place = f"line {line} of {file}" if file else "the text after -c in argv"
        trouble = Trouble("launcher", f"{place} needs {missing}, which does not exist")
    return Behind(argv or found.argv, environment, file, line, trouble, found.uncertain or uncertain)


def _conda(found: Behind, folder: str) -> Behind | None:
    """What ``conda run -p PREFIX`` or ``-n NAME`` starts: the environment's programs come first on PATH."""
    prefix = Prefix("np", ("--name", "--prefix", "--cwd", "--root-prefix"))
    options, rest = _split(list(found.argv[2:]), prefix)
    chosen = {option.strip("-")[0]: value for option, value in options if option in {"-n", "-p", "--name", "--prefix"}}
    place = Path(chosen["p"]) if "p" in chosen else None
    if "n" in chosen:
        known = list(_conda_environments(found, folder))
        place = next((path for path in known if path.name == chosen["n"] and is_dir(path)), None)
        if place is None and not known:
            return None
    if place is None and not chosen:
        return None
    if place is None or not is_dir(place):
        wanted = place or f"an environment called {chosen.get('n')!r}"
        return replace(
            found, trouble=Trouble("launcher", f"`{found.argv[0]} run` needs {wanted}, which does not exist")
        )
    path = os.pathsep.join([str(place / "bin"), found.environment.get("PATH", os.defpath)])
    environment = {**found.environment, "PATH": path, "CONDA_PREFIX": str(place)}
    return replace(found, argv=tuple(rest), environment=environment)


def _conda_environments(found: Behind, folder: str) -> Iterator[Path]:
    """The environments that conda knows by name."""
    program = _program(found, folder)
    home = Path(found.environment.get("HOME", "/"))
    roots = [Path(found.environment[key]) for key in ("MAMBA_ROOT_PREFIX", "CONDA_ROOT") if found.environment.get(key)]
    roots += [program.parent.parent, program.resolve().parent.parent] if program else []
    for envs in (*(root / "envs" for root in dict.fromkeys(roots)), home / ".conda" / "envs"):
        try:
            yield from sorted(path for path in envs.iterdir() if is_dir(path))
        except OSError:
            continue
