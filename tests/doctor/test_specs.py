"""Kernelspecs that Jupyter cannot use, that hide one another, or whose env does not come out as it was meant."""

import json
import shutil

import pytest

UNUSABLE = [
    ('{"argv": [', "spec-not-json"),
    ("", "spec-not-json"),
    ('\ufeff{"argv": ["python"]}', "spec-not-json"),
    ("// mine\n{}", "spec-not-json"),
    ("[1]", "spec-not-json"),
    ("[" * 100_000, "spec-not-json"),
    ('{"display_name": "NoArgv", "language": "python"}', "spec-no-argv"),
    ('{"argv": [], "display_name": "NoArgv"}', "spec-no-argv"),
    ('{"argv": "python -m ipykernel", "display_name": "x"}', "spec-no-argv"),
    ('{"argv": ["x", "{connection_file}"], "env": {"OMP_NUM_THREADS": 4}}', "spec-wrong-type"),
    ('{"argv": ["x", "{connection_file}"], "kernel_protocol_version": 5.3}', "spec-wrong-type"),
]


def test_files_that_jupyter_cannot_load(case):
    """What is wrong with each kernel.json is said, and removing it cures (j01, j02, j11)."""
    for number, (text, _) in enumerate(UNUSABLE):
        case.raw_spec(f"k{number}", text)

    found = case.findings()
    expected = {f"k{number}": name for number, (_, name) in enumerate(UNUSABLE)}
    assert {one.kernel: one.id for one in found} == expected
    for one in found[:-1]:
        shutil.rmtree(case.kernels / one.kernel)
    case.cure(case.findings()[0], -1)


def test_typed_values_are_written_anew(case):
    """Where the interpreter is known the spec is registered again (j11)."""
    python = case.sound
    case.spec("n", python, env={"OMP_NUM_THREADS": 4})

    case.cure(case.only("spec-wrong-type", "n"))


def test_provisioner_that_is_missing(case):
    """A kernel provisioner that Jupyter lacks is named; the misleading message is foretold (j12)."""
    python = case.sound
    case.spec("p", python, metadata={"kernel_provisioner": {"provisioner_name": "pyproject-local-kernel"}})

    finding = case.only("provisioner-missing", "p")
    assert "No such kernel named p" in finding.sees
    case.cure(finding)


def test_connection_file_that_is_not_passed_on(case):
    """An argv without {connection_file} makes a kernel that runs and never answers (j03)."""
    python = case.sound
    case.spec("nocf", None, argv=[str(python), "-m", "ipykernel_launcher"])

    case.cure(case.only("no-connection-file", "nocf"))


def test_kernels_in_other_languages_need_it_too(case):
    """The connection file is how any kernel learns its ports."""
    case.spec("sh", None, argv=["/bin/sh", "-c", "true"], language="sh")

    case.only("no-connection-file", "sh")


def test_name_that_is_none(case):
    """A folder's name with a blank is a warning, upper case is none (j05)."""
    python = case.sound
    case.spec("My Env", python)
    case.spec("MyProj", python)

    case.cure(case.only("spec-name", "my env"))


def test_names_that_differ_in_case(case):
    """Two folders of one name in one place (k22)."""
    python = case.sound
    case.spec("Proj", python)
    case.spec("proj", python)
    if len(list(case.kernels.iterdir())) < 2:
        pytest.skip("the file system does not tell upper and lower case apart")

    case.cure(case.only("spec-case-clash", "proj"))


@pytest.mark.parametrize("place", [".", "a/a"])
def test_file_at_the_wrong_depth(case, place):
    """A kernel.json where Jupyter does not read is found and moved to where it does (j06)."""
    python = case.sound
    (case.kernels / place).mkdir(parents=True)
    content = {"argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "a"}
    (case.kernels / place / "kernel.json").write_text(json.dumps({**content, "language": "python"}))

    case.cure(case.only("spec-misplaced"))


@pytest.mark.parametrize(
    "env",
    [
        {"PATH": "~/env/bin:${PATH}"},
        {"PATH": "{home}/env/bin"},
        {"DATA_DIR": "${NOBODY_SETS_THIS}/x"},
    ],
)
def test_values_that_do_not_come_out(case, env):
    """A tilde, a forgotten ${PATH}, a variable that is not set: the kernel gets them as they are (j08)."""
    python = case.sound
    case.spec("env", python, env={key: value.replace("{home}", str(case.home)) for key, value in env.items()})

    finding = case.only("spec-env", "env")
    case.cure(finding)


@pytest.mark.parametrize("change", [{"env": {"PYTHONSAFEPATH": "1"}}, {"flag": "-I"}])
def test_notebooks_folder_off_the_path(case, change):
    """PYTHONSAFEPATH or -I keeps notebooks from importing their neighbours (e15)."""
    python = str(case.sound)
    flags = [change["flag"]] if "flag" in change else []
    argv = [python, *flags, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    case.spec("safe", None, argv=argv, env=change.get("env", {}))

    case.cure(case.only("safe-path", "safe"))


def test_shared_spec_hides_ones_own(case):
    """A spec on JUPYTER_PATH wins over the person's own of that name (e05)."""
    mine, theirs = case.environment("a"), case.environment("b")
    case.spec("proj", mine / "bin/python")
    case.spec("proj", theirs / "bin/python", folder=case.home / "shared/kernels")
    case.variables["JUPYTER_PATH"] = str(case.home / "shared")

    finding = case.only("spec-hidden", "proj")
    assert any("JUPYTER_PATH" in line for line in finding.evidence)
    case.cure(finding)


def test_user_python3_before_jupyters_own(case):
    """Where Jupyter searches the person's folder first their python3 stands in for Jupyter's own (k04)."""
    case.spec("python3", case.environment("old") / "bin/python", display_name="Python 3")
    case.variables["JUPYTER_PREFER_ENV_PATH"] = "0"

    finding = case.only("spec-hidden", "python3")
    assert str(case.home / "old/bin/python") in finding.sees
    case.cure(finding)


def test_user_python3_behind_jupyters_own_is_a_note(case):
    """Where Jupyter searches its own environment first nothing is wrong (k04)."""
    case.spec("python3", case.environment("old") / "bin/python", display_name="Python 3")

    assert case.findings() == []
    assert "spec-hidden" in [one.id for one in case.notes()]


def test_data_folder_moved_away(case):
    """A variable that moves the data folder leaves kernelspecs behind (e07)."""
    case.spec("proj", case.sound)
    case.variables["XDG_DATA_HOME"] = str(case.home / "snap/code/179/.local/share")

    finding = case.only("spec-out-of-reach")
    assert "proj" in finding.title
    case.cure(finding)


@pytest.mark.parametrize("key", ["allowed_kernelspecs", "whitelist"])
@pytest.mark.parametrize("kind", ["json", "py"])
def test_setting_that_hides_kernels(case, key, kind):
    """An allow list in a settings file is named with file and line (s03)."""
    folder = case.home / ".jupyter"
    folder.mkdir()
    text = (
        f'{{"KernelSpecManager": {{"{key}": ["r"]}}}}' if kind == "json" else f'c.KernelSpecManager.{key} = {{"r"}}\n'
    )
    (folder / f"jupyter_config.{kind}").write_text(text)

    finding = case.only("setting-hides-kernels")
    assert f"jupyter_config.{kind}:1" in finding.evidence[0]


def test_default_kernel_that_does_not_exist(case):
    """So is a default kernel that is not there."""
    (case.home / ".jupyter").mkdir()
    setting = {"MultiKernelManager": {"default_kernel_name": "gone"}}
    (case.home / ".jupyter/jupyter_server_config.json").write_text(json.dumps(setting))

    assert "gone" in case.only("default-kernel-missing").title
