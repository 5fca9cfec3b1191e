"""Gather the facts: read the machine and put one short question to each interpreter; change nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from kernel_seams.doctor.facts import Jupyter, Kernel, Machine, Terminal, Trial
from kernel_seams.doctor.jupyter import Command, find_command
from kernel_seams.doctor.launch import Launch
from kernel_seams.doctor.limits import limits, questions_at_once
from kernel_seams.doctor.process import Ran
from kernel_seams.doctor.programs import first_on_path
from kernel_seams.doctor.python import IPYKERNEL_MODULES, KERNEL_IMPORTS, SECONDS, Answer, Question, ask, question
from kernel_seams.doctor.search import find_kernels, look_into
from kernel_seams.doctor.settings import (
    Setting,
    Startup,
    as_question,
    ipython_settings,
    jupyter_settings,
    startup_files,
    startup_lines,
    startup_variable,
    unreadable_settings,
)
from kernel_seams.doctor.shims import behind_shim
from kernel_seams.kernels.specs import Kernelspec

WORKERS = 8
ALL_SECONDS = 90.0
# Taking one of these away is tried where an interpreter does not start or does not import: whatever then
# works names the cause. The kernelspec's own variables are tried as well.
SUSPECTS = ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONNOUSERSITE", "PYTHONUSERBASE")
OPTIONS = ("-I", "-s", "-E", "-S", "-P")


def examine(
    environment: Mapping[str, str],
    folder: Path,
    *,
    jupyter: str | None = None,
    names: Sequence[str] = (),
    only: str | None = None,
    look_in: str = "",
    patience: float = SECONDS,
) -> Machine:
    """The facts of this machine as a shell with `environment` in `folder` has them.

    `names` are modules to look for in each interpreter, `only` the one kernel to
    ask, `look_in` the folder of a notebook; each interpreter has `patience` seconds.
    """
    home = Path(environment.get("HOME") or Path.home())
    asking = _Asking(time.monotonic() + ALL_SECONDS, patience)
    found = find_command(environment, str(folder), jupyter)
    terminal_python, shell_python = _shell_python(environment, folder)
    ours = _plain(shell_python, environment, names=_terminal_names(environment, names), folder=str(folder))
    answers = asking.all([_plain(found.python if found else None, environment, role="jupyter"), ours])
    trial = _without(found.python if found else None, answers[0], environment, asking, "jupyter")
    shell_trial = _without(shell_python, answers[1], environment, asking)
    server = _jupyter(found, trial.answer if trial else answers[0], environment, home, trial)
    profile, ipython, startup = _ipython(environment, home)
    kernels = [_through_shim(one, folder) for one in find_kernels(server, environment, home, folder)]
    asking.settings = as_question(ipython)
    return Machine(
        environment=environment,
        folder=folder,
        home=home,
        jupyter=server,
        terminal=_terminal(terminal_python, answers[1], environment, folder, shell_trial),
        kernels=_asked(kernels, asking, (*names, *_profile_names(startup, ipython)), only, look_in),
        ipython=ipython,
        startup=startup,
        profile=profile,
        unasked=tuple(asking.unasked),
        limits=limits(),
    )


class _Asking:
    """Puts questions to interpreters, several at a time, equal ones once, until the time for all is up."""

    def __init__(self, deadline: float, patience: float) -> None:
        self.deadline, self.patience = deadline, patience
        self.unasked: list[str] = []
        self.settings = ""

    def all(self, questions: Sequence[Question | None]) -> list[Answer | None]:
        """The answers in the order of `questions`; None for None."""
        distinct = list(dict.fromkeys(one for one in questions if one is not None))
        with ThreadPoolExecutor(max_workers=questions_at_once(WORKERS, limits())) as pool:
            answers = dict(zip(distinct, pool.map(self._one, distinct), strict=True))
        return [None if one is None else answers[one] for one in questions]

    def _one(self, asked: Question) -> Answer:
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.unasked.append(asked.command[0])
            return Answer(Ran(None))
        return ask(replace(asked, seconds=min(self.patience, left)))


def _through_shim(kernel: Kernel, folder: Path) -> Kernel:
    """The kernel with the interpreter that a shim stands for in this folder, where its program is one."""
    launched = kernel.launch
    if launched.shim is None or launched.python is None or launched.program is None or not kernel.offered:
        return kernel
    real, trouble = behind_shim(launched.program, launched.environment, str(folder))
    if trouble is not None and trouble.code == "shim-refuses":
        return replace(kernel, launch=replace(launched, trouble=trouble))
    return replace(kernel, launch=replace(launched, python=real))


def _plain(python: Path | None, environment: Mapping[str, str], **rest: object) -> Question | None:
    return question([str(python)], environment, **rest) if python is not None else None


def _shell_python(environment: Mapping[str, str], folder: Path) -> tuple[Path | None, Path | None]:
    """(what the shell runs for `python`, the interpreter that this is: another one behind a shim)."""
    path = _first(("python", "python3"), environment, folder)
    return path, behind_shim(path, environment, str(folder))[0] if path else None


def _first(names: Iterable[str], environment: Mapping[str, str], folder: Path) -> Path | None:
    found = (first_on_path(name, environment, str(folder)) for name in names)
    return next((path for path in found if path is not None), None)


def _terminal_names(environment: Mapping[str, str], names: Sequence[str]) -> tuple[str, ...]:
    backend = environment.get("MPLBACKEND", "")
    extra = [backend.removeprefix("module://").split(".")[0], "matplotlib"] if backend.startswith("module://") else []
    return (*names, *extra)


def _profile_names(startup: Iterable[Startup], ipython: Iterable[Setting]) -> list[str]:
    names = [name for file in startup for name in file.imports]
    for setting in ipython:
        if setting.key == "extensions" and isinstance(setting.value, list):
            names += [one.split(".")[0] for one in setting.value if isinstance(one, str)]
    return [name for name in dict.fromkeys(names) if name.isidentifier()]


def _ipython(environment: Mapping[str, str], home: Path) -> tuple[Path, tuple[Setting, ...], tuple[Startup, ...]]:
    """(the folder of the person's IPython profile, its settings, what it runs at every start)."""
    profile = Path(environment.get("IPYTHONDIR") or home / ".ipython").expanduser() / "profile_default"
    settings = ipython_settings(profile)
    runs = (*startup_lines(settings), *startup_files(profile), *startup_variable(environment, settings))
    return profile, settings, runs


def _terminal(
    python: Path | None, answer: Answer | None, environment: Mapping[str, str], folder: Path, trial: Trial | None
) -> Terminal:
    conda = environment.get("CONDA_PREFIX", "") if environment.get("CONDA_DEFAULT_ENV", "base") != "base" else ""
    return Terminal(
        python=python,
        answer=answer,
        pip=_first(("pip",), environment, folder),
        active=environment.get("VIRTUAL_ENV") or conda,
        uv=_first(("uv",), environment, folder),
        trial=trial,
    )


def _without(
    python: Path | None, answer: Answer | None, environment: Mapping[str, str], asking: _Asking, role: str = ""
) -> Trial | None:
    """The variable without which an interpreter, in its `role`, says what it should, where it does not."""
    if python is None or _tells(answer):
        return None
    names = [name for name in (*SUSPECTS, *_own_settings(environment)) if name in environment]
    without = [{key: value for key, value in environment.items() if key != name} for name in names]
    answers = asking.all([_plain(python, variables, role=role) for variables in without])
    told = ((name, one) for name, one in zip(names, answers, strict=True) if one is not None and _tells(one))
    return next((Trial("environment", name, one) for name, one in told), None)


def _own_settings(environment: Mapping[str, str]) -> list[str]:
    """Python's own variables: a value that it does not understand ends it before it runs anything."""
    return [name for name in environment if name.startswith("PYTHON") and name not in SUSPECTS][:12]


def _tells(answer: Answer | None) -> bool:
    return bool(answer and answer.python and "failure" not in answer.python.raw.get("jupyter", {}))


def _jupyter(
    found: Command | None, answer: Answer | None, environment: Mapping[str, str], home: Path, trial: Trial | None
) -> Jupyter:
    """The Jupyter of the command `found`; where its interpreter says nothing, what holds for any Jupyter here."""
    told = answer.python.raw.get("jupyter", {}) if answer and answer.python else {}
    data = environment.get("JUPYTER_DATA_DIR") or str(
        Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "jupyter"
    )
    anyone = [*filter(None, environment.get("JUPYTER_PATH", "").split(os.pathsep)), data]
    general = [str(Path(place) / "kernels") for place in (*anyone, "/usr/local/share/jupyter", "/usr/share/jupyter")]
    config = tuple(told.get("config_folders", [environment.get("JUPYTER_CONFIG_DIR") or str(home / ".jupyter")]))
    data = str(told.get("data_folder", data))
    runtime = environment.get("JUPYTER_RUNTIME_DIR") or str(Path(data) / "runtime")
    return Jupyter(
        command=found,
        answer=answer,
        folders=tuple(look_into(Path(place)) for place in dict.fromkeys(told.get("kernel_folders", general))),
        config_folders=config,
        data_folder=data,
        runtime_folder=str(told.get("runtime_folder", runtime)),
        client=bool(told.get("client")),
        settings=jupyter_settings(config),
        unread=unreadable_settings(config),
        trial=trial,
    )


def _asked(
    kernels: list[Kernel], asking: _Asking, names: Sequence[str], only: str | None, look_in: str
) -> tuple[Kernel, ...]:
    """The kernels with their interpreters' answers and, where one fails, the trials that tell why."""
    chosen = [kernel if only in {None, kernel.name} else None for kernel in kernels]
    questions = [_question(kernel, names, look_in, asking.settings) if kernel else None for kernel in chosen]
    answers = asking.all(questions)
    trials: list[tuple[int, str, str]] = []
    for number, (kernel, answer) in enumerate(zip(kernels, answers, strict=True)):
        if answer is not None and not (answer.imports and not _no_module(answer)):
            trials.extend((number, kind, name) for kind, name in _suspects(kernel.launch, kernel.spec))
    asked = [_trial(questions[number], kernels[number], kind, name) for number, kind, name in trials]
    results = asking.all(asked)
    made: dict[int, list[Trial]] = {}
    for (number, kind, name), result in zip(trials, results, strict=True):
        if result is not None:
            made.setdefault(number, []).append(Trial(kind, name, result))
    return tuple(
        replace(kernel, answer=answer, trials=tuple(made.get(number, ())))
        for number, (kernel, answer) in enumerate(zip(kernels, answers, strict=True))
    )


def _no_module(answer: Answer) -> bool:
    return bool(answer.python and answer.python.text("module_problem"))


def _question(kernel: Kernel, names: Sequence[str], look_in: str, settings: str) -> Question | None:
    launched = kernel.launch
    if not kernel.offered or launched.python is None or launched.trouble is not None:
        return None
    own = launched.module in IPYKERNEL_MODULES or launched.script.startswith("ipython")
    return question(
        [str(launched.python), *(flag for flag in launched.flags if flag not in {"-i", "-B"})],
        launched.environment,
        module=launched.module,
        imports=KERNEL_IMPORTS,
        names=tuple(names),
        folder=look_in,
        role="" if own else "if-required",
        settings=settings if own else "",
    )


def _suspects(launched: Launch, spec: Kernelspec) -> Iterable[tuple[str, str]]:
    """What to take away from a launch that fails, the likeliest first."""
    for name in dict.fromkeys([*SUSPECTS, *list(spec.env)[:12], *_own_settings(launched.environment)]):
        if name in spec.env:
            yield "spec", name
        elif name in launched.environment:
            yield "environment", name
    for option in OPTIONS:
        if option in launched.flags:
            yield "option", option
    if "-s" not in launched.flags and "-I" not in launched.flags:
        yield "user site", "-s"
    if "-S" not in launched.flags:
        yield "site", "-S"


def _trial(asked: Question | None, kernel: Kernel, kind: str, name: str) -> Question | None:
    if asked is None:
        return None
    environment = dict(asked.environment)
    base = kernel.launch.base
    if kind == "spec":
        environment.pop(name, None)
        if name in base:
            environment[name] = base[name]
    elif kind == "environment":
        environment.pop(name, None)
    command = list(asked.command)
    if kind == "option":
        command.remove(name)
    elif kind in {"user site", "site"}:
        command.insert(1, name)
    # Without site there are no packages: that it then starts at all is what counts.
    imports = () if kind == "site" else asked.imports
    return replace(asked, command=tuple(command), environment=tuple(sorted(environment.items())), imports=imports)
