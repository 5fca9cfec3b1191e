"""The plans for a notebook's tests, found out with the instructor's solution, and kept for the next time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kernel_seams.grading.jobs import Job, Result, cells_of
from kernel_seams.grading.plan import HELPERS, IN_PROCESS, TestPlan
from kernel_seams.grading.template import Template

__all__ = ["Plans", "calibrate", "plans_for"]

Plans = dict[str, TestPlan]


def plans_for(template: Template, job: Job, notebook: Any, cache: Path) -> Plans:
    """The plan of each test and locked cell of `notebook`, the solution; from `cache`, a folder, if it is known.

    The files of `job` are the course's: one of a submission would have a say in how everybody's tests are run.
    """
    cells = cells_of(notebook)
    if job.language == "kernel":
        return {str(cell["id"]): TestPlan(IN_PROCESS) for cell in cells if cell["kind"] in ("test", "locked")}
    files = sorted((name, hashlib.sha256(content).hexdigest()) for name, content in job.files.items())
    known = {"cells": cells, "version": version("kernel-seams"), "language": job.language, "files": files}
    path = cache / f"{hashlib.sha256(json.dumps(known).encode()).hexdigest()[:32]}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return {name: TestPlan.of_json(about) for name, about in json.loads(path.read_text()).items()}
    result = replace(job, cells=cells).start(template).wait()
    plans = _plans(template, replace(job, cells=cells), result)
    if result.faults:  # a machine too busy for the solution is no reason to trust submissions for ever
        return plans
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({name: plan.to_json() for name, plan in plans.items()}, indent=1))
    return plans


def calibrate(template: Template, job: Job) -> Plans:
    """The plans for the cells of `job`, which is the solution: the first way in which each test passes."""
    return _plans(template, job, job.start(template).wait())


def _plans(template: Template, job: Job, result: Result) -> Plans:
    plans: Plans = {}
    for index, cell in enumerate(job.cells):
        verdict = result.verdicts.get(index, {})
        if cell["kind"] == "locked":
            plans[cell["id"]] = _took(verdict) if verdict.get("passed") else TestPlan(HELPERS)
        elif cell["kind"] == "test" and _holds(verdict):
            plans[cell["id"]] = _took(verdict)
    missing = _tests(job) - set(plans)
    if missing:
        plans |= _with_helpers(template, job, missing)
    plans |= {name: TestPlan(IN_PROCESS) for name in _tests(job) - set(plans)}
    return plans


def _with_helpers(template: Template, job: Job, missing: set[str]) -> Plans:
    """Those of `missing` that pass with the helpers on the student's side, and do not if all answers are None."""
    found: Plans = {}
    for mute in (False, True):
        cells: list[Mapping[str, Any]] = []
        for cell in job.cells:
            wanted = cell["id"] in (missing if not mute else found) and cell["kind"] == "test"
            if wanted:
                known = TestPlan.of_json(cell["plan"])
                cells.append({**cell, "plan": replace(known, way=HELPERS).to_json(), "mute": mute})
            elif cell["kind"] == "test":
                cells.append({**cell, "kind": "text"})
            else:
                cells.append(cell)
        result = replace(job, cells=cells).start(template).wait()
        verdicts = _by_name(job, result)
        if mute:
            found = {name: plan for name, plan in found.items() if not verdicts.get(name, {}).get("passed")}
        else:
            found = {name: _took(verdicts[name]) for name in missing if _holds(verdicts.get(name, {}))}
        if not found:
            break
    return found


def _holds(verdict: Mapping[str, Any]) -> bool:
    """Whether the test passed and asked for nothing but plain data."""
    return bool(verdict.get("passed")) and not verdict.get("live")


def _took(verdict: Mapping[str, Any]) -> TestPlan:
    return TestPlan.of_json(verdict["took"])


def _tests(job: Job) -> set[str]:
    return {cell["id"] for cell in job.cells if cell["kind"] == "test"}


def _by_name(job: Job, result: Result) -> dict[str, Mapping[str, Any]]:
    return {job.cells[index]["id"]: verdict for index, verdict in result.verdicts.items()}
