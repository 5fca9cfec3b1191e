"""Reading kernelspecs: what Jupyter finds, in its order, and what it drops in silence."""

import json
import os
import subprocess
import sys

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from kernel_seams.kernels.specs import find_kernelspecs, kernel_folders, read_kernelspec, usable_kernelspecs

ARGV = ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"]


def write_spec(folder, content=None, name="one"):
    """A kernelspec folder whose kernel.json holds `content` (data, or text as it is)."""
    spec = folder / name
    spec.mkdir(parents=True)
    text = content if isinstance(content, str) else json.dumps(content or {"argv": ARGV, "display_name": "One"})
    (spec / "kernel.json").write_text(text)
    return spec


def test_the_first_folder_wins_and_says_what_it_hides(tmp_path):
    """A name that two folders have is Jupyter's from the first; the second is listed as hidden."""
    first, second = write_spec(tmp_path / "a"), write_spec(tmp_path / "b")

    winner, loser = find_kernelspecs([tmp_path / "a", tmp_path / "b"])

    assert (first, None, (second,)) == (winner.folder, winner.hidden_by, winner.hides)
    assert (second, first, ()) == (loser.folder, loser.hidden_by, loser.hides)
    assert winner.usable
    assert not loser.usable


def test_a_broken_spec_still_hides_a_sound_one(tmp_path):
    """Jupyter takes the first folder of a name that has a kernel.json, whatever is in it."""
    broken, sound = write_spec(tmp_path / "a", "{"), write_spec(tmp_path / "b")

    first, second = find_kernelspecs([tmp_path / "a", tmp_path / "b"])

    assert (broken, (sound,)) == (first.folder, first.hides)
    assert broken == second.hidden_by


def test_a_folder_without_kernel_json_hides_nothing(tmp_path):
    """Without a kernel.json Jupyter does not even see the folder; we list it with that reason."""
    (tmp_path / "a" / "one").mkdir(parents=True)
    write_spec(tmp_path / "b")

    empty, sound = find_kernelspecs([tmp_path / "a", tmp_path / "b"])

    assert empty.problem == "there is no kernel.json"
    assert empty.unseen
    assert sound.usable


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "kernel.json is not JSON: Expecting property name enclosed in double quotes at line 1 column 2"),
        ('{"argv": ["x"],}', "kernel.json is not JSON: "),
        ("\ufeff{}", "kernel.json is not JSON: Unexpected UTF-8 BOM"),
        ("[" * 100_000, "kernel.json is nested too deeply"),
        ("[]", "kernel.json holds a list, not an object"),
        ("null", "kernel.json holds null, not an object"),
        ("7", "kernel.json holds a number, not an object"),
        ({"display_name": "no argv"}, "argv must be a list of strings, the command to launch; it is None"),
        ({"argv": []}, "argv must be a list of strings, the command to launch; it is []"),
        ({"argv": "python3 -m x"}, "argv must be a list of strings, the command to launch; it is 'python3 -m x'"),
        ({"argv": ["x", 1]}, "argv must be a list of strings, the command to launch; it is ['x', 1]"),
        ({"argv": ["x"], "display_name": 3}, "display_name must be a string; it is 3"),
        ({"argv": ["x"], "env": ["A=1"]}, "env must be an object; it is ['A=1']"),
        ({"argv": ["x"], "env": {"A": 1}}, "env.A must be a string; it is 1"),
        ({"argv": ["x"], "interrupt_mode": "shout"}, "interrupt_mode must be 'signal' or 'message'; it is 'shout'"),
        (
            {"argv": ["x"], "metadata": {"kernel_provisioner": {"provisioner_name": "gone"}}},
            "its kernel provisioner 'gone' is not installed beside this Jupyter",
        ),
    ],
)
def test_what_cannot_be_used_is_listed_with_the_reason(tmp_path, content, reason):
    """An unusable kernel.json is not dropped: its problem names the key and the value."""
    problem = read_kernelspec(write_spec(tmp_path, content)).problem

    assert problem is not None
    assert problem.startswith(reason)


def test_not_utf8_is_named_with_the_byte(tmp_path):
    """A kernel.json in another encoding says which byte, and where."""
    spec = write_spec(tmp_path)
    (spec / "kernel.json").write_bytes(b'{"display_name": "caf\xe9"}')

    assert read_kernelspec(spec).problem == "kernel.json is not UTF-8: byte 0xe9 at 21"


def test_links_that_lead_nowhere_or_in_circles_are_told(tmp_path):
    """Dangling links and loops of links are a reason, not an exception."""
    dangling, loop = tmp_path / "dangling", tmp_path / "loop"
    for folder in (dangling, loop):
        folder.mkdir()
    (dangling / "kernel.json").symlink_to(tmp_path / "gone")
    (loop / "kernel.json").symlink_to(loop / "kernel.json")

    assert read_kernelspec(dangling).problem == "kernel.json is a dangling link"
    assert "kernel.json" in (read_kernelspec(loop).problem or "")


def test_names_are_in_lower_case_and_bad_ones_are_told(tmp_path):
    """Jupyter lower-cases a folder's name; one with other characters than its pattern allows is a problem."""
    write_spec(tmp_path, name="MyKernel")
    write_spec(tmp_path, name="my kernel")

    bad, good = sorted(find_kernelspecs([tmp_path]), key=lambda spec: spec.usable)

    assert good.name == "mykernel"
    assert "may hold only ASCII letters" in (bad.problem or "")


def test_a_hundred_broken_specs_do_not_keep_a_sound_one_from_being_found(tmp_path):
    """Whatever lies around, the search ends and finds what is sound."""
    for number in range(100):
        write_spec(tmp_path, "{" * number or "x", name=f"broken{number}")
    write_spec(tmp_path, name="sound")

    assert [spec.name for spec in find_kernelspecs([tmp_path]) if spec.usable] == ["sound"]


def test_the_folders_are_those_of_jupyter(monkeypatch, tmp_path):
    """We search where jupyter_client does, in its order, JUPYTER_PATH first."""
    monkeypatch.setenv("JUPYTER_PATH", os.pathsep.join([str(tmp_path / "x"), str(tmp_path / "y")]))

    expected = list(dict.fromkeys(KernelSpecManager().kernel_dirs))

    assert expected == [str(folder) for folder in kernel_folders()]


def test_what_is_usable_is_what_jupyter_offers(monkeypatch, tmp_path):
    """By name and folder, the usable specs are exactly jupyter_client's, strangers and broken ones included."""
    write_spec(tmp_path / "kernels", {"argv": ["x"], "display_name": "X", "language": "x"}, name="stranger")
    write_spec(tmp_path / "kernels", "{", name="broken")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    offered = {name: spec["resource_dir"] for name, spec in KernelSpecManager().get_all_specs().items()}

    assert offered == {name: str(spec.folder) for name, spec in usable_kernelspecs().items()}
    assert "stranger" in offered
    assert "broken" not in offered


def test_reading_specs_imports_no_zmq():
    """The module that reads specs is light enough for a doctor: no zmq, no jupyter_client, no IPython."""
    code = (
        "import sys; from kernel_seams.kernels import specs; specs.find_kernelspecs();"
        "print([name for name in ('zmq', 'jupyter_client', 'IPython', 'ipykernel') if name in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "[]"
