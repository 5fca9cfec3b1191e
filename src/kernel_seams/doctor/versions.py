"""Version requirements, as far as the doctor needs them: whether what is installed satisfies what is asked.

A requirement that cannot be understood is taken for satisfied: a doubt is not a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;()]*)\)?\s*(?:;(.*))?$")
CLAUSE = re.compile(r"(===|==|!=|~=|<=|>=|<|>)\s*([0-9][^,\s]*)")
VERSION = re.compile(r"^v?(?:\d+!)?(\d+(?:\.\d+)*)[._-]?(a|b|rc|c|alpha|beta|pre|dev|post)?", re.IGNORECASE)
PYTHON_MARKER = re.compile(r"^\s*python_version\s*(==|!=|<=|>=|<|>)\s*['\"]([0-9.]+)['\"]\s*$")
PLATFORM_MARKER = re.compile(r"^\s*(sys_platform|platform_system|os_name)\s*(==|!=)\s*['\"](\w+)['\"]\s*$")
HERE = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}


@dataclass(frozen=True)
class Requirement:
    """A requirement: the canonical name, the clauses on its version, the marker that says where it holds."""

    name: str
    clauses: tuple[tuple[str, str], ...]
    marker: str

    @property
    def specifier(self) -> str:
        """The clauses as pip writes them."""
        return ",".join(f"{operator}{version}" for operator, version in self.clauses)


def parse(text: str) -> Requirement | None:
    """The requirement in `text`, None where it is written in a way that is not understood here."""
    match = REQUIREMENT.match(text)
    if match is None:
        return None
    name = re.sub(r"[-_.]+", "-", match.group(1)).lower()
    return Requirement(name, tuple(CLAUSE.findall(match.group(2) or "")), (match.group(3) or "").strip())


def applies(marker: str, python: tuple[int, ...]) -> bool | None:
    """Whether a marker holds for `python` here; None where it is not understood."""
    if not marker:
        return True
    parts = [_part(part.strip().strip("()"), python) for part in marker.split(" and ")]
    if False in parts:
        return False
    return None if None in parts or " or " in marker else True


def satisfies(version: str, clauses: tuple[tuple[str, str], ...]) -> bool:
    """Whether `version` satisfies all `clauses`; True where either is not understood."""
    return all(_holds(version, operator, wanted) for operator, wanted in clauses)


def _part(part: str, python: tuple[int, ...]) -> bool | None:
    match = PYTHON_MARKER.match(part)
    if match:
        return _holds(".".join(map(str, python[:2])), match.group(1), match.group(2))
    match = PLATFORM_MARKER.match(part)
    if match:
        return (HERE[match.group(1)] == match.group(3)) == (match.group(2) == "==")
    return None


def _holds(version: str, operator: str, wanted: str) -> bool:
    if operator == "===":
        return version == wanted
    mine, limit = _key(version), _key(wanted.removesuffix(".*"))
    if mine is None or limit is None:
        return True
    if wanted.endswith(".*") or operator == "~=":
        return _holds_family(mine, limit, operator, wanted)
    return {
        "==": mine == limit,
        "!=": mine != limit,
        "<=": mine <= limit,
        ">=": mine >= limit,
        "<": mine < limit,
        ">": mine > limit,
    }[operator]


Key = tuple[tuple[int, ...], int]


def _holds_family(mine: Key, limit: Key, operator: str, wanted: str) -> bool:
    length = len(wanted.removesuffix(".*").split(".")) - (operator == "~=")
    same = (mine[0] + (0,) * length)[:length] == (limit[0] + (0,) * length)[:length]
    if operator == "~=":
        return same and mine >= limit
    return same if operator == "==" else not same


def _key(version: str) -> Key | None:
    """A version as something to compare: its numbers, and whether it comes before or after the plain release."""
    match = VERSION.match(version.strip())
    if match is None:
        return None
    numbers = [int(part) for part in match.group(1).split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    kind = (match.group(2) or "").lower()
    return tuple(numbers), {"": 0, "post": 1, "dev": -4, "a": -3, "alpha": -3, "b": -2, "beta": -2}.get(kind, -1)
