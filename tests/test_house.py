"""The house rules that a machine can hold: sizes, locks, words."""

import ast
import itertools
import re
import subprocess
import sys
import tomllib

import pytest

import kernel_seams

CODE_LINES = 300
FUNCTION_LINES = 40


def tracked(checkout, *patterns):
    """The files git knows, as paths."""
    listed = subprocess.check_output(["git", "ls-files", *patterns], cwd=checkout.root, text=True)
    return [checkout.root / name for name in listed.splitlines() if (checkout.root / name).is_file()]


def test_modules_and_functions_are_small(checkout):
    """No module of the package is over 300 lines, no function over 40."""
    too_long = []
    for path in tracked(checkout, "src/*.py"):
        text = path.read_text()
        too_long += [str(path)] if text.count("\n") > CODE_LINES else []
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                too_long += [f"{path}:{node.lineno} {node.name}"] if length > FUNCTION_LINES else []

    assert too_long == []


def test_every_locked_package_has_a_hash(checkout):
    """Each requirement of each lock is an exact version with at least one hash, and no host is named."""
    locks = tracked(checkout, "*requirements.lock")

    assert len(locks) >= 4
    for lock in locks:
        text = lock.read_text()
        requirements = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if line.strip()[:1] != "#"))
        assert "://" not in text
        for requirement in filter(None, (each.strip() for each in requirements)):
            assert re.match(r"[\w.-]+==\S+", requirement), requirement
            assert "--hash=sha256:" in requirement


def test_the_locks_hold_what_the_project_asks_for(checkout):
    """What pyproject.toml names is in the lock: nobody changed one and forgot the other."""
    about = tomllib.loads((checkout.root / "pyproject.toml").read_text())
    extras, groups = about["project"]["optional-dependencies"], about["dependency-groups"]
    elsewhere = extras.pop("dask")  # a class on several machines is no part of the workshop; the tests play one
    workshop = [*about["project"]["dependencies"], *groups["workshop"], *itertools.chain(*extras.values())]

    for lock, asked in (("requirements.lock", workshop), ("tests/requirements.lock", [*elsewhere, *groups["test"]])):
        locked = set(re.findall(r"^([\w.-]+)==", (checkout.root / lock).read_text(), re.MULTILINE))
        names = {re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-") for requirement in asked}
        assert names - {"kernel-seams"} <= locked


def test_both_halves_of_the_set_up_look_at_the_same_files(checkout):
    """set-up.sh asks the question and set_up.py answers it: they must read the same files in the same order."""
    shell = (checkout.root / "scripts" / "set-up.sh").read_text()
    sys.path.insert(0, str(checkout.root / "scripts"))
    try:
        from set_up import STAMPED
    finally:
        sys.path.pop(0)

    for name, files in STAMPED.items():
        listed = re.search(rf"{name}\) set -- ([^;]+);;", shell)
        assert listed is not None
        assert listed[1].replace("\\\n", " ").split() == list(files)


def test_the_facade_exports_what_it_says():
    """Every name of __all__ is there, and they are sorted."""
    assert sorted(kernel_seams.__all__) == kernel_seams.__all__
    for name in kernel_seams.__all__:
        assert getattr(kernel_seams, name) is not None


@pytest.mark.parametrize("pattern", ["*.md", "*.py", "*.sh", "*.toml", "scripts/*"])
def test_prose_is_plain(checkout, pattern):
    """No emoji but %clap's own, in no text of the project."""
    emoji = re.compile("[\U0001f300-\U0001faff\u2600-\u26ff\u2705\u274c\u2728]")
    for path in tracked(checkout, pattern):
        text = path.read_text(errors="replace").replace("\N{CLAPPING HANDS SIGN}", "")
        assert not emoji.search(text), path


def test_the_readme_names_every_lesson_and_demo(checkout):
    """The README's tables hold each lesson of workshop.toml and each demo, and none that is gone."""
    readme = (checkout.root / "README.md").read_text()
    lessons = [lesson["id"] for lesson in tomllib.loads(checkout.table.read_text())["lessons"]]

    assert re.findall(r"^\| `(\d\d-[\w-]+)` \|", readme, re.MULTILINE) == lessons
    assert len(re.findall(r"^\| \d \|", readme, re.MULTILINE)) == len(list(checkout.demos.glob("[0-9]_*.py")))
