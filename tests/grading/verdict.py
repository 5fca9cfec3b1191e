"""What is wrong with how a batch went: each fault in a few words, none if all is as it has to be."""

from __future__ import annotations

import re
from typing import Any

from grading.cases import Case, all_cases

ENDED = {"timeout", "memory", "crash", "output limit"}  # the states of what had to be
TITLE = "\x1b]0;pwned"  # what a case prints, or is called, to change the title of the instructor's terminal


def faults(case: Case, seen: dict[str, Any]) -> list[str]:
    """What `case` got that it does not deserve, or deserves and did not get."""
    told = seen["students"].get(f"{case.student}/{case.lesson}") or {}
    points = told.get("points") or {}
    found = []
    if any(points.get(test) is None for test in case.deserves):
        found.append("has no score")
    more = {test: (points.get(test) or 0) - deserved for test, deserved in case.deserves.items()}
    more |= {test: earned or 0 for test, earned in points.items() if test not in case.deserves}
    gained, lost = (sum(filter(chosen, more.values())) for chosen in (lambda n: n > 0, lambda n: n < 0))
    found += [f"gains {gained:g}"] if gained else []
    found += [f"loses {-lost:g}"] if lost and not found else []
    if case.student in seen["told"]:
        found.append("sees a hidden test")
    if told.get("state") and told["state"] not in case.state:
        found.append(f"is called {told['state']}")
    return found


def batch_faults(seen: dict[str, Any], *lessons: str) -> list[str]:
    """What the batch did that no batch may do."""
    found = [f"the batch ends: {ended}" for ended in seen["ended"] if not re.fullmatch(r"exit [01]", ended)]
    for lesson in lessons:
        others = [case for case in all_cases("bystanders") if case.lesson == lesson]
        wrong = {case.student: faults(case, seen) for case in others}
        unscored = [student for student, said in wrong.items() if "has no score" in said]
        found += [f"{' and '.join(unscored)} not graded"] if unscored else []
        found += [f"{name} {' and '.join(said)}" for name, said in wrong.items() if said and name not in unscored]
    found += [
        f"the {name.replace('/', ' of ')} is broken" for name in seen["students"] if name.startswith("gradebook/")
    ]
    for what, key in (("process", "left"), ("file", "written")):
        number = len(seen[key])
        if number:
            left = "left behind" if key == "left" else "written elsewhere"
            found.append(f"{number} {what}{'' if number == 1 else 'es' if what == 'process' else 's'} {left}")
    found += [f"{len(seen['changed'])} files of the course changed"] if seen["changed"] else []
    found += [f"reached {' and '.join(sorted(set(seen['heard'])))}"] if seen["heard"] else []
    found += ["the terminal's title changed"] if any(TITLE in said for said in seen["said"]) else []
    return found
