"""Machines made from how people work, before the rules were looked at: each was run, and what was missed was mended.

What the doctor knows of them comes from how a launch works (a word is a program
or a shell's, a script names another program, a file is text, a setting names a
class), not from these set-ups.
"""

import json
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from kernel_seams.doctor.boot import boot_all

KERNEL = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]


def python_of(case):
    return str(case.sound)


def script(folder, text, name="run.sh"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)
    return str(folder / name)


def as_json(python):
    return json.dumps({"argv": [python, *KERNEL], "display_name": "p", "language": "python"})


def saved_by_notepad(case):
    """kernel.json with the mark that editors of Windows put before UTF-8."""
    place = case.raw_spec("p", "")
    (place / "kernel.json").write_bytes(b"\xef\xbb\xbf" + as_json(python_of(case)).encode())


def written_by_powershell(case):
    """kernel.json made with `>` in PowerShell: UTF-16."""
    place = case.raw_spec("p", "")
    (place / "kernel.json").write_bytes(as_json(python_of(case)).encode("utf-16"))


def command_in_one_word(case):
    """The whole command line as argv[0]."""
    case.spec("p", None, argv=[" ".join([python_of(case), *KERNEL])])


def activated_in_argv(case):
    """An argv written as one would type it: source, &&, python."""
    activate = str(case.environment("env") / "bin/activate")
    case.spec("p", None, argv=["source", activate, "&&", "python", *KERNEL])


def joined_after_a_program(case):
    """The first word is a program; the shell's operator after it is handed to that program."""
    case.spec("p", None, argv=["/bin/echo", "&&", python_of(case), *KERNEL])


def script_without_first_line(case):
    """A script that a shell would run and the system does not."""
    run = script(case.home / "bin", f'exec {python_of(case)} -m ipykernel_launcher "$@"\n')
    case.spec("p", None, argv=[run, "-f", "{connection_file}"])


def script_that_is_not_executable(case):
    """A script beside kernel.json that lost its mode in a repository."""
    place = case.spec("p", None, argv=["{resource_dir}/run.sh", "-f", "{connection_file}"])
    script(place, f'#!/bin/bash\nexec {python_of(case)} -m ipykernel_launcher "$@"\n')
    (place / "run.sh").chmod(0o644)


def option_and_value_in_one(case):
    """One argument that holds the option and its value: the kernel looks for a file whose name begins with a blank."""
    case.spec("p", None, argv=[python_of(case), "-m", "ipykernel_launcher", "-f {connection_file}"])


def kernel_of_an_uninstalled_node_package(case):
    """An interpreter of another language whose script is gone, as after a change of Node's version."""
    program = script(case.home / "bin", "#!/bin/sh\n", "node")
    case.spec("p", None, argv=[program, "/opt/node18/lib/kernel.js", "{connection_file}"], language="javascript")


def synced_from_windows(case):
    """A kernelspec that a synchronised folder brought from another system."""
    case.spec("p", None, argv=[r"C:\Users\ada\miniconda3\python.exe", *KERNEL])


def linked_from_dotfiles(case):
    """The kernelspec is a link into a repository that was moved."""
    case.kernels.mkdir(parents=True)
    (case.kernels / "p").symlink_to(case.home / "dotfiles/kernels/p")


def put_beside_the_settings(case):
    """A kernelspec in ~/.jupyter/kernels, where settings are and kernelspecs are not."""
    case.spec("p", python_of(case), folder=case.home / ".jupyter/kernels")


def profile_of_a_tutorial(case):
    """--profile=pyspark, from a page about Spark."""
    case.spec("p", None, argv=[python_of(case), *KERNEL, "--profile=pyspark"])


def disk_full(case):
    """An environment whose `python` was written when the disk was full."""
    python = case.environment("env", own=True) / "bin/python"
    python.unlink()
    python.touch(mode=0o755)
    case.spec("p", python)


BROKEN = [
    (saved_by_notepad, "spec-not-json", "p"),
    (written_by_powershell, "spec-not-json", "p"),
    (command_in_one_word, "no-program", "p"),
    (activated_in_argv, "shell-syntax", "p"),
    (joined_after_a_program, "shell-syntax", "p"),
    (script_without_first_line, "no-program", "p"),
    (script_that_is_not_executable, "no-program", "p"),
    (option_and_value_in_one, "no-connection-file", "p"),
    (kernel_of_an_uninstalled_node_package, "no-script", "p"),
    (synced_from_windows, "no-program", "p"),
    (linked_from_dotfiles, "folder-dangling", None),
    (put_beside_the_settings, "spec-misplaced", None),
    (profile_of_a_tutorial, "profile-missing", "p"),
    pytest.param(disk_full, "no-interpreter", "p", marks=pytest.mark.slow),  # its cure makes an environment
]


@pytest.mark.parametrize(("set_up", "name", "kernel"), BROKEN, ids=lambda value: getattr(value, "__name__", None))
def test_what_is_broken_is_named_and_the_command_mends_it(case, set_up, name, kernel):
    """The cause is the only finding, and after its first command nothing is left to find."""
    set_up(case)

    case.cure(case.only(name, kernel))


WRAPPERS = {
    "environment gone": (
        '#!/bin/bash\nexport OMP_NUM_THREADS=2\nexec "$HOME/gone/bin/python" -m ipykernel_launcher "$@"\n',
        "no-interpreter",
        "line 3 of",
    ),
    "activate gone": ("#!/bin/sh\n. $HOME/gone/bin/activate && exec python $*\n", "no-program", "line 2 of"),
    "arguments lost": (
        "#!/bin/bash\nexec $HOME/env/bin/python -m ipykernel_launcher -f $1\n",
        "no-connection-file",
        "",
    ),
    "no kernel there": (
        '#!/bin/bash\n. "$HOME/bare/bin/activate"\nexec python -m ipykernel_launcher "$@"',
        "no-ipykernel",
        "",
    ),
}


@pytest.mark.parametrize("wrapper", WRAPPERS, ids=lambda name: name.replace(" ", "-"))
def test_script_of_ones_own(case, wrapper):
    """A wrapper is read as far as it is plain: what it starts is examined as the kernel that it is."""
    text, name, evidence = WRAPPERS[wrapper]
    place = case.spec("p", None, argv=["{resource_dir}/run.sh", "-f", "{connection_file}"])
    case.environment("env")
    if "bare" in text:
        case.bare("bare", "--without-pip")
    script(place, text)

    finding = case.only(name, "p")
    assert evidence in " ".join(finding.evidence)
    assert "run.sh" in " ".join((*finding.evidence, *finding.fix)) or name == "no-ipykernel"


def test_environment_of_conda_run_is_gone(case):
    """`conda run -p` with an environment that was removed."""
    conda = script(case.home / "miniconda3/bin", "#!/bin/sh\nexit 1\n", "conda")
    case.spec("p", None, argv=[conda, "run", "-p", str(case.home / "miniconda3/envs/ml"), "python", *KERNEL])

    finding = case.only("no-program", "p")
    assert f"{case.home}/miniconda3/envs/ml, which does not exist" in finding.title


def sound_launchers(case):
    """What stands in front of an interpreter, in the ways that work."""
    place = case.environment("env")
    python = str(place / "bin/python")
    wrapped = script(
        case.home / "bin",
        f"""#!/usr/bin/env bash
# Started by Jupyter; "it's" a comment.
set -euo pipefail
if [ -n "${{DEBUG:-}}" ]; then echo "with DEBUG"; fi
cd "$HOME" || exit 1
HERE=$(cd "$(dirname "${{BASH_SOURCE[0]}}")" && pwd)
export LOGS="$HERE/logs" \\
    MORE=1
exec {python} -m ipykernel_launcher "$@" 2>/dev/null
""",
    )
    forms = {
        "nice": ["nice", "-n", "5", python, *KERNEL],
        "timeout": ["timeout", "-k", "5", "12h", python, *KERNEL],
        "unset": ["/usr/bin/env", "-u", "DEBUG", "--", python, *KERNEL],
        "split": ["/usr/bin/env", "-S", f"OMP=1 {python}", *KERNEL],
        "clean": ["/usr/bin/env", "-i", f"HOME={case.home}", python, *KERNEL],
        "text": [
            "bash",
            "-c",
            f"source {place}/bin/activate && exec python -m ipykernel_launcher -f {{connection_file}}",
        ],
        "login": ["bash", "-lc", f'exec {python} -m ipykernel_launcher -f "$0"', "{connection_file}"],
        "file": ["bash", wrapped, "-f", "{connection_file}"],
        "wrapped": [wrapped, "-f", "{connection_file}"],
        "profile": ["bash", "-c", f'[ -f ~/.env ] && . ~/.env; exec {python} "$@"', "k", *KERNEL],
    }
    for name, argv in forms.items():
        case.spec(name, None, argv=argv)
    return forms


def test_launchers_that_work(case):
    """None of them is complained of, and the interpreter behind is known wherever that is certain."""
    forms = sound_launchers(case)

    machine = case.examine()
    assert case.findings() == []
    behind = {kernel.name: kernel.launch.python for kernel in machine.kernels}
    assert {name for name in forms if behind[name] is None} == {"login", "profile"}
    assert {behind[name] for name in forms} == {None, case.home / "env/bin/python"}


@pytest.mark.slow
def test_launchers_that_work_start(case):
    """They do start: what the doctor calls sound is."""
    sound_launchers(case)

    outcomes = {kernel.name: kernel.boot.outcome for kernel in boot_all(case.examine()).kernels}
    assert set(outcomes.values()) == {"answered"}, outcomes


@pytest.mark.parametrize(
    "text",
    [
        'exec "$(command -v python)" -m ipykernel_launcher "$@"',
        'module load python && exec python -m ipykernel_launcher "$@"',
        'conda activate ml\nexec /gone/python -m ipykernel_launcher "$@"',
        "cat <<EOF\n/gone\nEOF\nexec /gone/python",
        'for p in /gone/python /bin/python3; do [ -x $p ] && exec $p -m ipykernel_launcher "$@"; done',
        '[ -x /gone/python ] || exit 1; /gone/python "$@" | tee log',
        'if true; then exec /gone/python "$@"; fi\n',
        'run() { /gone/python "$@"; }\nrun "$@"',
        "it's no shell script",
    ],
)
def test_a_script_that_cannot_be_followed_is_left_alone(case, text):
    """What depends on more than plain commands is neither followed nor complained of."""
    place = case.spec("p", None, argv=["{resource_dir}/run.sh", "-f", "{connection_file}"])
    script(place, f"#!/bin/bash\n{text}\n")

    assert case.findings() == []


def test_jupyter_is_a_script_of_ones_own(case):
    """A `jupyter` in ~/bin that goes on to another one."""
    place = case.environment("envs/lab")
    shutil.copy2(place / "bin/jupyter", place / "bin/jupyter-lab")
    script(case.home / "bin", '#!/bin/sh\nexec "$HOME/envs/lab/bin/jupyter" "$@"\n', "jupyter")
    case.variables["PATH"] = f"{case.home}/bin:/usr/bin:/bin"

    machine = case.examine()
    assert machine.jupyter.prefix == str(place)
    assert [kernel.name for kernel in machine.kernels] == ["python3"]
    assert case.findings() == []


def test_jupyter_lab_and_no_jupyter(case):
    """`uv tool install jupyterlab` puts jupyter-lab on PATH alone; a fix calls what is there."""
    tool = case.environment(".local/share/uv/tools/jupyterlab")
    shutil.copy2(tool / "bin/jupyter", tool / "bin/jupyter-lab")
    (case.home / ".local/bin").mkdir()
    (case.home / ".local/bin/jupyter-lab").symlink_to(tool / "bin/jupyter-lab")
    case.variables["PATH"] = f"{case.home}/.local/bin:/usr/bin:/bin"
    assert case.findings() == []
    case.spec("p", "/gone/bin/python")

    finding = case.only("no-interpreter", "p")
    assert finding.fix[0] == f"{tool}/bin/python -m jupyter kernelspec remove p"
    case.cure(finding)


def test_shim_of_pyenv_in_a_folder_with_a_version_of_its_own(case):
    """`which python` was a shim: which interpreter that is depends on the notebook's folder."""
    root = case.home / ".pyenv"
    case.environment(".pyenv/versions/work")
    case.bare(".pyenv/versions/other", "--without-pip")
    script(root / "bin", f'#!/bin/sh\nread v < .python-version || v=work\necho "{root}/versions/$v/bin/$2"\n', "pyenv")
    shim = script(root / "shims", f'#!/bin/sh\nexec "{root}/bin/pyenv" exec python "$@"\n', "python")
    case.spec("p", shim)
    assert case.findings() == []
    (case.work / ".python-version").write_text("other\n")

    finding = case.only("no-ipykernel", "p")
    assert f"stands for {root}/versions/other/bin/python" in " ".join(finding.evidence)


def links_in_a_circle(case):
    """`python` and `python3` of an environment link to each other."""
    place = case.environment("env") / "bin"
    for name, other in (("python", "python3"), ("python3", "python")):
        (place / name).unlink()
        (place / name).symlink_to(other)
    case.spec("p", place / "python")


def another_systems_libraries(case):
    """An environment that was copied from a Mac: its compiled parts are not Linux's."""
    place = case.environment("env", own=True)
    for file in case.site(place).glob("zmq/backend/cython/*.so"):
        file.unlink()
        file.write_bytes(b"\xcf\xfa\xed\xfe" + bytes(4096))
    case.spec("p", place / "bin/python")


def old_copy_on_the_path(case):
    """A .pth file that puts a folder with an old traitlets before everything."""
    place = case.environment("env", own=True)
    case.package(case.home / "old", "traitlets", "__version__ = '4.0'\n")
    line = f"import sys; sys.path.insert(0, {str(case.home / 'old')!r})\n"
    (case.site(place) / "zz_dev.pth").write_text(line)
    case.spec("p", place / "bin/python")


def sources_of_ipykernel(case):
    """A notebook in a folder that has an ipykernel_launcher.py of its own: that is what -m runs."""
    (case.work / "ipykernel_launcher.py").write_text("print('mine')\n")
    case.spec("p", python_of(case))


def file_for_a_folder(case):
    """A kernelspec as one file, p.json, among the folders."""
    case.kernels.mkdir(parents=True)
    (case.kernels / "p.json").write_text(as_json(python_of(case)))


def quoted_tilde(case):
    """PATH="~/envs/lab/bin:..." in a start file: bash finds `jupyter`, and what it starts does not."""
    place = case.environment("envs/lab")
    shutil.copy2(place / "bin/jupyter", place / "bin/jupyter-lab")
    case.variables["PATH"] = "~/envs/lab/bin:/usr/bin:/bin"


def emptied_by_a_cleaner(case):
    """An environment whose packages were removed and whose programs were not."""
    place = case.environment("env", own=True)
    shutil.rmtree(case.site(place))
    case.spec("p", place / "bin/python")


def argv_twice(case):
    """An argv added before the one that was there: the last one counts."""
    argv = [json.dumps([python, *KERNEL]) for python in (python_of(case), "/old/bin/python")]
    case.raw_spec("p", f'{{"argv": {argv[0]}, "display_name": "p", "language": "python", "argv": {argv[1]}}}')


AGAIN = [
    (links_in_a_circle, "no-interpreter", "p", "is a link that leads back to itself"),
    (another_systems_libraries, "package-broken", "p", "pyzmq"),
    (old_copy_on_the_path, "packages-of-another", "p", "zz_dev.pth lends it"),
    (sources_of_ipykernel, "file-shadows-module", None, "ipykernel_launcher.py"),
    (file_for_a_folder, "spec-misplaced", None, "p.json"),
    (quoted_tilde, "path-not-filled-in", None, "~/envs/lab/bin"),
    (emptied_by_a_cleaner, "no-ipykernel", "p", "has no ipykernel"),
    (argv_twice, "no-interpreter", "p", "/old is gone"),
]


@pytest.mark.parametrize(
    ("set_up", "name", "kernel", "said"), AGAIN, ids=lambda value: getattr(value, "__name__", None)
)
def test_broken_by_hand_a_second_time(case, set_up, name, kernel, said):
    """The cause is the only finding, and where its command needs no network nothing is left after it."""
    set_up(case)

    finding = case.only(name, kernel)
    assert said in finding.title
    if "install" not in finding.fix[0]:
        case.cure(finding)


def test_file_of_ones_own_shell(case):
    """PYTHONSTARTUP is for the prompt; IPython runs it in kernels as well, and this one ends them."""
    (case.home / "startup.py").write_text("import sys\nsys.exit(3)\n")
    case.variables["PYTHONSTARTUP"] = str(case.home / "startup.py")

    finding = case.only("startup-file")
    assert "line 2 ends the process" in finding.title
    assert finding.fix == ("unset PYTHONSTARTUP",)


def test_value_that_ipython_refuses(case):
    """A setting that this version of IPython does not take ends every kernel; what it takes is not complained of."""
    profile = case.home / ".ipython/profile_default"
    profile.mkdir(parents=True)
    lines = [
        "c = get_config()",
        "c.InteractiveShell.autocall = 1",
        "c.InteractiveShell.ast_node_interactivity = 'every'",
    ]
    (profile / "ipython_kernel_config.py").write_text("\n".join(lines))
    case.spec("p", python_of(case))

    finding = case.only("setting-refused")
    assert "ipython_kernel_config.py:3 sets" in finding.evidence[0]
    assert "'all'" in finding.evidence[1]


def test_ports_that_are_fixed(case):
    """IPython's settings give every kernel one port, and its front-end waits at another."""
    profile = case.home / ".ipython/profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text("c = get_config()\nc.IPKernelApp.shell_port = 50001\n")

    assert "ipython_kernel_config.py:2 sets" in case.only("setting-address").evidence[0]


def test_value_that_no_python_takes(case):
    """Python itself ends before anything of ours runs: the variable is named, for kernels, Jupyter and the terminal."""
    case.spec("p", python_of(case))
    case.variables["PYTHONHASHSEED"] = "none"

    found = case.findings()
    assert {one.id for one in found} == {"environment-breaks"}
    assert {one.kernel for one in found} == {"p", "python3", None}
    assert found[0].sees.startswith("Fatal Python error: config_init_hash_seed")
    case.cure(found[0])


def test_value_that_the_terminals_python_does_not_take(case):
    """Where there is no Jupyter, the shell's `python` is what does not start."""
    case.variables["PATH"] = f"{case.bare('env', '--without-pip') / 'bin'}:/usr/bin:/bin"
    case.variables["PYTHONHOME"] = "/gone"

    case.cure(case.only("environment-breaks"))


SETTINGS = {
    '{"ServerApp": {"kernel_spec_manager_class": "nb_conda_kernels.CondaKernelSpecManager"}}': "setting-class-missing",
    '{"ServerApp": {"root_dir": "/home/ada/old"}}': "setting-folder-missing",
    '{"KernelManager": {"ip": "203.0.113.7"}}': "setting-address",
}


@pytest.mark.parametrize("text", SETTINGS, ids=SETTINGS.get)
def test_settings_that_keep_jupyter_from_starting(case, text):
    """What was uninstalled, a folder that was moved, an address of another network."""
    folder = case.home / ".jupyter"
    folder.mkdir()
    (folder / "jupyter_server_config.json").write_text(text)

    assert case.only(SETTINGS[text]).evidence[0].startswith(f"{folder}/jupyter_server_config.json:1 sets ")


def test_settings_that_do_not_count(case):
    """Settings of another application, a class that is there, an address of this machine."""
    folder = case.home / ".jupyter"
    folder.mkdir()
    (folder / "jupyter_notebook_config.py").write_text("c.ServerApp.root_dir = '/gone'\n")
    (folder / "jupyter_server_config.json").write_text(
        '{"ServerApp": {"kernel_spec_manager_class": "jupyter_client.kernelspec.KernelSpecManager",'
        '"ip": "203.0.113.7"}, "KernelManager": {"ip": "127.0.0.1"}}'
    )

    assert case.findings() == []


def test_what_is_worth_knowing(case):
    """A gateway, a folder of JUPYTER_PATH on a drive that is not mounted, settings that cannot be parsed: notes."""
    (case.home / ".jupyter").mkdir()
    (case.home / ".jupyter/jupyter_server_config.json").write_text('{"ServerApp": {"password": "x",}}')
    case.variables.update(JUPYTER_GATEWAY_URL="http://gateway.example", JUPYTER_PATH="/mnt/team/jupyter")

    machine_notes = {one.id for one in case.notes()}
    assert {"gateway", "folder-missing", "setting-unread"} <= machine_notes
    assert case.findings() == []


def test_lines_of_ipythons_settings(case):
    """exec_lines run in every kernel of every environment, as start-up files do."""
    profile = case.home / ".ipython/profile_default"
    profile.mkdir(parents=True)
    lines = ["%load_ext autoreload", "import os", "import nobody_has_this"]
    (profile / "ipython_config.py").write_text(f"c.InteractiveShellApp.exec_lines = {lines}\n")

    assert "imports nobody_has_this" in case.only("startup-file").title


@pytest.fixture
def env(case):
    place = case.environment("env", own=True)
    case.spec("env", place / "bin/python")
    return place


def one_finding(case, *arguments):
    """The only finding of a command about the kernel `env`."""
    content = json.loads(case.doctor("--json", *arguments).stdout)
    (finding,) = [one for one in content["findings"] if one["kernel"] == "env"]
    return finding


def test_editable_install_of_a_folder_that_was_moved(case, env):
    """The record stays and the module is gone; an index is never asked for a package of one's own."""
    project = case.home / "work/project"
    case.package(project / "src", "mypkg")
    (project / "pyproject.toml").write_text('[project]\nname = "mypkg"\nversion = "0.1"\n')
    site = case.site(env)
    (site / "__editable__.mypkg-0.1.pth").write_text(f"{case.home}/old/src\n")
    record = site / "mypkg-0.1.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: mypkg\nVersion: 0.1\n")

    finding = one_finding(case, "import", "mypkg", "--kernel", "env")
    assert finding["id"] == "editable-gone"
    assert finding["fix"] == [f"{env}/bin/python -m pip uninstall mypkg"]
    done = case.doctor("--json", "import", "mypkg", "--kernel", "env", folder=project)
    assert json.loads(done.stdout)["findings"][0]["fix"] == [f"{env}/bin/python -m pip install -e {project}"]


def test_names_that_are_nearly_right(case, env):
    """Capital letters, a slip of the pen: what is there is named, and nothing is to be installed."""
    case.package(case.site(env), "seams_demo")

    other = one_finding(case, "import", "Seams_Demo", "--kernel", "env")
    assert (other["id"], other["fix"]) == ("import-name", [])
    assert "import seams_demo" in other["advice"]
    slip = one_finding(case, "import", "seamsdemo", "--kernel", "env")
    assert (slip["id"], slip["fix"]) == ("not-importable", [])
    assert "import seams_demo" in slip["advice"]


def test_distribution_of_which_half_is_left(case, env):
    """What pip takes for installed has to be forced."""
    shutil.rmtree(case.package(case.site(env), "mypkg", version="1.0"))

    finding = one_finding(case, "import", "mypkg", "--kernel", "env")
    assert "mypkg 1.0 is on record" in " ".join(finding["evidence"])
    assert "--force-reinstall" in finding["fix"][0]


def test_pythonpath_of_spark_that_is_gone(case):
    """The kernelspec of a page about Spark, whose folders are gone."""
    lent = "/opt/spark/python:/opt/spark/python/lib/py4j-src.zip"
    case.spec("env", python_of(case), env={"PYTHONPATH": lent, "SPARK_HOME": "/opt/spark"})

    finding = one_finding(case, "import", "pyspark", "--kernel", "env")
    assert "it names /opt/spark/python, which does not exist" in finding["evidence"]


def test_folder_of_data_named_like_a_package(case, env):
    """A folder without Python files is taken for the package that is not installed."""
    (case.work / "pandas").mkdir()
    (case.work / "pandas/data.csv").write_text("a,b\n")

    finding = one_finding(case, "import", "pandas", "--kernel", "env")
    assert finding["id"] == "folder-is-no-module"
    assert finding["fix"] == [f"{env}/bin/python -m pip install pandas"]
    (case.work / "pandas/frame.py").touch()
    assert case.doctor("import", "pandas", "--kernel", "env").returncode == 0
    (case.site(env) / "emptied/__pycache__").mkdir(parents=True)
    assert one_finding(case, "import", "emptied", "--kernel", "env")["id"] == "folder-is-no-module"


@pytest.mark.usefixtures("env")
def test_notebook_from_a_service(case):
    """What only Google Colab has is not to be installed from an index."""
    text = "from google.colab import drive\nimport google.colab.auth\nfrom google import colab\n"
    cell = {"cell_type": "code", "source": text, "metadata": {}, "outputs": []}
    metadata = {"kernelspec": {"name": "env", "display_name": "env"}}
    file = case.work / "a.ipynb"
    file.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": metadata, "cells": [cell]}))

    finding = one_finding(case, "notebook", file)
    assert finding["id"] == "hosted-module"
    assert finding["fix"] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "is empty"), ('{\n"cells": [\n<<<<<<< HEAD\n=======\n>>>>>>> other\n]}', "line 3 is a mark of a merge")],
)
def test_notebook_that_is_none(case, text, told):
    """It is said what the file is instead."""
    (case.work / "a.ipynb").write_text(text)

    done = case.doctor("notebook", "a.ipynb")
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_folder_that_was_deleted_under_the_shell(case):
    """One line, whatever is asked."""
    gone = case.home / "gone"
    gone.mkdir()

    done = case.shell(
        f"cd {gone} && rmdir {gone}; {shlex.quote(str(Path(sys.executable).with_name('seams')))} doctor 2>&1 || true"
    )
    assert done.stdout.count("\n") == 1
    assert "no longer exists" in done.stdout


def test_a_start_that_fails_is_told_by_the_line_that_says_why(case):
    """What node prints last is its version; what counts stands above."""
    lines = ["Error: Cannot find module 'ijavascript'", *[f"    at frame {n}" for n in range(9)], "Node.js v20.20.2"]
    program = script(
        case.home / "bin", "#!/bin/sh\n" + "".join(f'echo "{line}" >&2\n' for line in lines) + "exit 1\n", "njs"
    )
    case.spec("js", None, argv=[program, "--hide", "{connection_file}"], language="javascript")

    content = json.loads(case.doctor("--json", "--boot").stdout)
    (finding,) = content["findings"]
    assert finding["evidence"][0] == "Error: Cannot find module 'ijavascript'"
