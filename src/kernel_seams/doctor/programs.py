"""Programs: where a word leads on PATH, which interpreter a script names, and why one cannot be run."""

from __future__ import annotations

import errno
import os
import re
import stat
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kernel_seams.doctor.look import exists, is_closed, is_link

HEAD_BYTES = 2048
# pip and uv write this where the interpreter's path is too long, has a space or shall be found at run time.
LONG_SHEBANG = re.compile(r"^'''exec' (.+?) \"\$0\"", re.MULTILINE)
PYTHON_NAME = re.compile(r"(python|pypy)[0-9.]*t?(-intel64|w)?(\.exe)?", re.IGNORECASE)
SHIM_MANAGERS = ("pyenv", "asdf", "mise", "rtx")


@dataclass(frozen=True)
class Trouble:
    """Why a program cannot be started: a `code` for rules and the sentence for people."""

    code: str
    text: str


def path_folders(environment: Mapping[str, str]) -> list[str]:
    """The folders on PATH, each once, in their order."""
    return list(dict.fromkeys(environment.get("PATH", os.defpath).split(os.pathsep)))


def all_on_path(name: str, environment: Mapping[str, str], folder: str = "/") -> Iterator[Path]:
    """Every executable file called `name` on PATH; an empty or relative entry is taken from `folder`."""
    for entry in path_folders(environment):
        candidate = Path(folder, entry, name)
        try:
            if stat.S_ISREG(candidate.stat().st_mode) and os.access(candidate, os.X_OK):
                yield candidate
        except (OSError, ValueError):
            continue


def first_on_path(name: str, environment: Mapping[str, str], folder: str = "/") -> Path | None:
    """The file a shell would run for the word `name`."""
    return next(all_on_path(name, environment, folder), None)


def head(path: Path) -> str:
    """The beginning of a file as text; empty where it cannot be read or is no regular file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with path.open("rb") as file:
            return file.read(HEAD_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def shebang(path: Path, environment: Mapping[str, str]) -> str | None:
    """The interpreter that the script at `path` is run by, as the script names it; None where it is no script."""
    text = head(path)
    if not text.startswith("#!"):
        return None
    line = text[2:].split("\n", 1)[0]
    words = line.strip(" \t").split()
    if not words:
        return None
    long_form = LONG_SHEBANG.search(text) if Path(words[0]).name == "sh" else None
    if long_form:
        return _long_interpreter(long_form.group(1), path)
    if Path(words[0]).name == "env":
        rest = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        name = rest[0] if rest else ""
        return str(first_on_path(name, environment) or name)
    return line.lstrip(" \t").split(" ")[0].split("\t")[0]


def _long_interpreter(text: str, path: Path) -> str:
    if "dirname" in text:
        return str(path.resolve().parent / text.rpartition("/")[2].strip("\"'"))
    return text.strip("\"'")


def is_python(path: Path) -> bool:
    """Whether a program is called as Python interpreters are."""
    return PYTHON_NAME.fullmatch(path.name) is not None


def shim_manager(path: Path) -> str | None:
    """The version manager whose shim this is, so that the real program depends on folder and environment."""
    if path.parent.name != "shims":
        return None
    target = path.resolve().name if is_link(path) else ""
    text = head(path)
    return next((name for name in SHIM_MANAGERS if target == name or f"{name}" in text), None)


def environment_of(python: Path) -> Path:
    """The environment an interpreter's path says it belongs to (the folder above ``bin``); links are not followed."""
    return python.parent.parent


def why_not(path: Path, environment: Mapping[str, str]) -> Trouble | None:
    """Why the system would refuse to run the file at `path`, or None."""
    return _why_no_file(path) or _why_not_executable(path) or _why_no_interpreter(path, environment)


def _why_no_file(path: Path) -> Trouble | None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if is_link(path):
            return Trouble("dangling", f"{path} is a link to {os.readlink(path)}, which is gone")  # noqa: PTH115
        return Trouble("missing", f"{path} does not exist")
    except NotADirectoryError:
        return Trouble("missing", f"{path} does not exist")
    except PermissionError:
        return Trouble("unreachable", f"{closed_folder(path) or path} may not be entered, so {path} cannot be reached")
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ELOOP:
            return Trouble("loop", f"{path} is a link that leads back to itself")
        return Trouble("unreachable", f"{path} cannot be reached: {getattr(error, 'strerror', None) or error}")
    if stat.S_ISDIR(mode):
        return Trouble("folder", f"{path} is a folder, not a program")
    return None


def _why_not_executable(path: Path) -> Trouble | None:
    if os.access(path, os.X_OK):
        return None
    return Trouble("not-executable", f"{path} is not executable ({stat.filemode(path.stat().st_mode)})")


def _why_no_interpreter(path: Path, environment: Mapping[str, str]) -> Trouble | None:
    """Where the file is there and yet the system says "No such file": what the file itself needs is missing."""
    text = head(path)
    if text.startswith("#!"):
        named = shebang(path, environment)
        if named and named.endswith("\r"):
            return Trouble("bad-shebang", f"line 1 of {path} ends in a carriage return (a file saved on Windows)")
        if named and is_closed(named):
            closed = closed_folder(Path(named))
            return Trouble("bad-shebang", f"line 1 of {path} names {named}, and {closed} may not be entered")
        if named and not exists(named):
            return Trouble("bad-shebang", f"line 1 of {path} names {named}, which does not exist")
        return None
    if text and "\0" not in text:
        return Trouble(
            "no-shebang", f"{path} is a text whose first line does not begin with #!, which only a shell runs"
        )
    loader = elf_loader(path)
    if loader and not exists(loader):
        return Trouble("no-loader", f"{path} was built for another system: its loader {loader} does not exist here")
    if text and not text.startswith("\x7fELF") and path.stat().st_size == 0:
        return Trouble("empty", f"{path} is empty")
    return Trouble("empty", f"{path} is an empty file") if not text and path.stat().st_size == 0 else None


def closed_folder(path: Path) -> Path | None:
    """The outermost folder above `path` that this user may not enter."""
    for folder in reversed(path.parents):
        try:
            if not stat.S_ISDIR(folder.stat().st_mode):
                return folder
        except OSError:
            return folder.parent
        if not os.access(folder, os.X_OK):
            return folder
    return None


def elf_loader(path: Path) -> str | None:
    """The dynamic loader a 64-bit little-endian ELF program names, None for any other file."""
    try:
        with path.open("rb") as file:
            header = file.read(64)
            if len(header) < 64 or header[:6] != b"\x7fELF\x02\x01":
                return None
            offset, size, count = struct.unpack_from("<Q", header, 32)[0], *struct.unpack_from("<HH", header, 54)
            for number in range(min(count, 64)):
                file.seek(offset + number * size)
                entry = file.read(56)
                if len(entry) == 56 and struct.unpack_from("<I", entry)[0] == 3:
                    file.seek(struct.unpack_from("<Q", entry, 8)[0])
                    return file.read(256).split(b"\0")[0].decode("utf-8", "replace")
    except (OSError, struct.error, OverflowError):
        pass
    return None
