"""Take out of a report what says who and where: the home folder, the user's and the host's name."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

OTHER_HOMES = re.compile(r"(/home|/Users)/[^/\s:'\"]+")
COMMON = {"root", "user", "users", "home", "python", "jupyter", "kernel", "localhost"}


def redactor(environment: Mapping[str, str]) -> Callable[[str], str]:
    """A function that takes this person's names out of a text."""
    home = environment.get("HOME") or str(Path.home())
    homes = {home, os.path.realpath(home)} - {"/", ""}
    names = {environment.get(key, "") for key in ("USER", "LOGNAME", "SUDO_USER")} | {Path(home).name}
    hosts = {socket.gethostname(), socket.gethostname().split(".")[0], environment.get("HOSTNAME", "")}

    def redact(text: str) -> str:
        for folder in sorted(homes, key=len, reverse=True):
            text = re.sub(rf"{re.escape(folder)}(?=[/:\s'\"`,;)]|$)", "~", text)
        text = OTHER_HOMES.sub(r"\1/USER", text)
        for names_, instead in ((hosts, "HOST"), (names, "USER")):
            for name in sorted(names_, key=len, reverse=True):
                if len(name) > 2 and name.lower() not in COMMON:
                    text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", instead, text)
        return text

    return redact


def everywhere(value: Any, change: Callable[[str], str]) -> Any:
    """`value` (plain data) with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: everywhere(one, change) for key, one in value.items()}
    return [everywhere(one, change) for one in value] if isinstance(value, list) else value
