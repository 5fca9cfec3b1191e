"""Settings of Jupyter and IPython, read from their files and never executed."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kernel_seams.doctor.look import is_file

APPLICATIONS = ("jupyter_config", "jupyter_server_config", "jupyter_notebook_config", "jupyter_lab_config")
IPYTHON_FILES = ("ipython_config.py", "ipython_kernel_config.py")
MAX_BYTES = 1024 * 1024
MAX_ARGUMENT = 64 * 1024


@dataclass(frozen=True)
class Setting:
    """One value that a file sets: ``owner.key = value`` at `line` of `file`."""

    file: Path
    line: int
    owner: str
    key: str
    value: Any


@dataclass(frozen=True)
class Startup:
    """A file that IPython runs in every kernel: what it imports, and where its text cannot be parsed.

    `setting` is the line of a file of settings that holds such a text itself (``exec_lines``),
    `variable` the one that names the file.
    """

    file: Path
    imports: tuple[str, ...]
    ends: int | None = None
    problem: str | None = None
    setting: int | None = None
    variable: str = ""


def jupyter_settings(folders: Sequence[str]) -> tuple[Setting, ...]:
    """The settings in the configuration `folders` of a Jupyter, the strongest folder first."""
    return tuple(setting for folder in folders for file in _files(Path(folder)) for setting in _read(file))


def unreadable_settings(folders: Sequence[str]) -> tuple[tuple[Path, str], ...]:
    """(file, reason) for each file of settings in `folders` that is there and cannot be parsed."""
    return tuple((file, why) for folder in folders for file in _files(Path(folder)) if (why := _why_unread(file)))


def ipython_settings(profile: Path) -> tuple[Setting, ...]:
    """The settings of the IPython profile in the folder `profile`."""
    return tuple(setting for name in IPYTHON_FILES for setting in _read(profile / name))


def as_question(settings: Sequence[Setting]) -> str:
    """The settings as JSON, to be judged by a kernel's own interpreter: [number, owner, key, value] each."""
    plain = [[n, one.owner, one.key, one.value] for n, one in enumerate(settings) if _is_plain(one.value)]
    text = json.dumps(plain) if plain else ""
    return text if len(text) < MAX_ARGUMENT else ""


def _is_plain(value: object) -> bool:
    """Whether JSON gives the value back as it is."""
    try:
        return bool(json.loads(json.dumps(value)) == value)
    except (TypeError, ValueError, RecursionError):
        return False


def startup_variable(environment: Mapping[str, str], settings: Sequence[Setting]) -> tuple[Startup, ...]:
    """The file that PYTHONSTARTUP names, which IPython runs in every kernel, too."""
    file = environment.get("PYTHONSTARTUP", "")
    off = any(one.key == "exec_PYTHONSTARTUP" and one.value is False for one in settings)
    return (replace(_startup(Path(file)), variable="PYTHONSTARTUP"),) if is_file(file) and not off else ()


def startup_files(profile: Path) -> tuple[Startup, ...]:
    """The files that IPython runs when a kernel starts, in their order."""
    try:
        files = sorted(path for path in (profile / "startup").iterdir() if path.suffix in {".py", ".ipy"})
    except OSError:
        return ()
    return tuple(_startup(file) for file in files[:200])


def startup_lines(settings: Sequence[Setting]) -> tuple[Startup, ...]:
    """The lines that IPython's settings run in every kernel."""
    lines = [one for one in settings if one.key == "exec_lines" and isinstance(one.value, list)]
    return tuple(_lines(one) for one in lines)


def _lines(setting: Setting) -> Startup:
    """What the lines of one setting import; magics among them are no Python."""
    imports: dict[str, None] = {}
    for line in setting.value:
        try:
            imports.update(dict.fromkeys(_imports(ast.parse(str(line)))))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return Startup(setting.file, tuple(imports), setting=setting.line)


def text_of(file: Path) -> str | None:
    """The text of a file of reasonable size, None where it cannot be read."""
    try:
        if not is_file(file) or file.stat().st_size > MAX_BYTES:
            return None
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _files(folder: Path) -> Iterator[Path]:
    for name in APPLICATIONS:
        yield folder / f"{name}.json"
        yield folder / f"{name}.py"
        try:
            yield from sorted((folder / f"{name}.d").glob("*.json"))[:200]
        except OSError:
            continue


def _read(file: Path) -> list[Setting]:
    text = text_of(file)
    if text is None:
        return []
    return list(_from_json(file, text) if file.suffix == ".json" else _from_python(file, text))


def _why_unread(file: Path) -> str:
    text = text_of(file)
    if text is None:
        return ""
    try:
        json.loads(text) if file.suffix == ".json" else ast.parse(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        return f"line {getattr(error, 'lineno', 1)}: {getattr(error, 'msg', error)}"
    return ""


def _from_json(file: Path, text: str) -> Iterator[Setting]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return
    for owner, values in content.items() if isinstance(content, dict) else ():
        for key, value in values.items() if isinstance(values, dict) else ():
            line = next((n for n, row in enumerate(text.splitlines(), 1) if f'"{key}"' in row), 1)
            yield Setting(file, line, str(owner), str(key), value)


def _from_python(file: Path, text: str) -> Iterator[Setting]:
    """Settings of the form ``c.Owner.key = literal``; what is computed is not known."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Attribute):
            try:
                value = ast.literal_eval(node.value)
            except ValueError:
                continue
            yield Setting(file, node.lineno, target.value.attr, target.attr, value)


def _startup(file: Path) -> Startup:
    text = text_of(file)
    if text is None:
        return Startup(file, (), problem="it cannot be read")
    if file.suffix == ".ipy":
        return Startup(file, ())
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Startup(file, (), problem=f"line {getattr(error, 'lineno', 1)}: {getattr(error, 'msg', error)}")
    return Startup(file, tuple(dict.fromkeys(_imports(tree))), next(_ends(tree), None))


def _imports(tree: ast.Module) -> Iterator[str]:
    """The top-level modules the file imports outside of any ``try``."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def _ends(tree: ast.Module) -> Iterator[int]:
    """The lines at which the file ends the process it runs in."""
    enders = {"sys.exit", "os._exit", "exit", "quit", "os.abort"}
    for node in tree.body:
        if isinstance(node, ast.Raise) and node.exc and ast.unparse(node.exc).split("(")[0] == "SystemExit":
            yield node.lineno
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in enders:
            yield node.lineno
