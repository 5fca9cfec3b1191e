"""The set-ups of the lesson on interpreters: each is broken in the one way that it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kernel_seams.course import setups

PROBE = (
    "import json, sys, importlib.util as u; m = u.find_spec(sys.argv[1]); "
    "print(json.dumps([sys.prefix, u.find_spec('ipykernel') is not None, m and m.origin]))"
)


def specs_of(setup):
    places = [Path(folder, "kernels", setup["name"], "kernel.json") for folder in setup["jupyter_path"]]
    return [json.loads(place.read_text()) for place in places]


def probe(setup):
    """`[prefix, has ipykernel, the module's file]` as the interpreter of the first kernelspec says, paths short."""
    spec = specs_of(setup)[0]
    environment = {**os.environ, **setup["variables"], **spec["env"]}
    command = [spec["argv"][0], "-c", PROBE, setup["module"]]
    return json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)


@pytest.mark.parametrize(
    ("cause", "prefix", "has_ipykernel", "module_in"),
    [
        ("sound", "meant", True, "meant"),
        ("other", "other", True, None),
        ("hidden", "other", True, None),
        ("ipykernel", "meant", False, "meant"),
        ("PYTHONPATH", "meant", True, "elsewhere"),
        ("user site", "meant", True, "user"),
    ],
)
def test_a_setup_is_as_its_cause_says(tmp_path, cause, prefix, has_ipykernel, module_in):
    """What the interpreter says of itself, of ipykernel and of the module is what the cause means."""
    setup = setups.make(cause, tmp_path)
    said_prefix, said_ipykernel, origin = probe(setup)
    root = tmp_path.resolve()

    assert Path(said_prefix) == root / prefix
    assert said_ipykernel is has_ipykernel
    assert (origin and Path(origin).relative_to(root).parts[0]) == module_in


def test_an_interpreter_that_is_gone_is_a_dangling_link(tmp_path):
    """The link is there, what it names is not."""
    python = Path(specs_of(setups.make("gone", tmp_path))[0]["argv"][0])

    assert python.is_symlink()
    assert not python.exists()


@pytest.mark.parametrize(("cause", "launched"), [("sound", ["meant", "other"]), ("hidden", ["other", "meant"])])
def test_two_kernelspecs_of_one_name_lie_one_behind_the_other(tmp_path, cause, launched):
    """In both there is a second one; only the order differs."""
    found = [
        Path(spec["argv"][0]).relative_to(tmp_path.resolve()).parts[0]
        for spec in specs_of(setups.make(cause, tmp_path))
    ]

    assert found == launched


def test_an_environment_has_a_pip_of_its_own(tmp_path):
    """The script `pip` installs beside itself, not where this test's pip does."""
    python = setups.environment(tmp_path.resolve() / "one")
    said = subprocess.run([python.parent / "pip", "--version"], capture_output=True, text=True, check=True).stdout

    assert f" from {setups.packages(python) / 'pip'} " in said


def test_short_writes_paths_the_same_on_every_machine(tmp_path):
    """Of paths only what lies in the folder is left, and no version of Python."""
    python = f"{tmp_path}/meant/lib/python3.13/site-packages"
    value = {"a": [python, 3], "b": f"{sys.prefix}/bin/python3.11"}

    assert setups.short(value, tmp_path) == {
        "a": ["meant/lib/python3.N/site-packages", 3],
        "b": "THIS-NOTEBOOK'S/bin/python",
    }
