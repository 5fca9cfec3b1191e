"""Set-ups that are well, as people really have them: the doctor says so and nothing else."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kernel_seams.kernels.tapped import INNER, LAUNCH


def jupyter_in(case, place):
    """Put `jupyter` and `jupyter-lab` of an environment into it, first lines and all."""
    shutil.copy2(place / "bin/jupyter", place / "bin/jupyter-lab")
    case.variables["PATH"] = f"{place / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    return place


def nothing(case):
    """A Jupyter and no kernelspec but its own."""


def user_spec(case):
    """A virtual environment registered with --user."""
    case.spec("proj", case.sound)


def activated_venv_with_jupyter(case):
    """Everything in one activated virtual environment."""
    place = jupyter_in(case, case.environment("proj"))
    case.activate(place)


def activated_and_registered(case):
    """Jupyter in one place, the project's environment active and registered."""
    place = case.environment("proj")
    case.spec("proj", place / "bin/python")
    case.activate(place)


def uv_tool(case):
    """JupyterLab as a uv tool, with a link in ~/.local/bin; a project's environment as kernel."""
    tool = case.environment(".local/share/uv/tools/jupyterlab")
    shutil.copy2(tool / "bin/jupyter", tool / "bin/jupyter-lab")
    (tool / "uv-receipt.toml").write_text("[tool]\n")
    links(case, tool)
    project = case.environment("work/proj/.venv")
    config = project / "pyvenv.cfg"
    config.write_text(f"{config.read_text()}uv = 0.13.9\n")
    case.spec("proj", project / "bin/python")


def pipx(case):
    """JupyterLab by pipx, with links in ~/.local/bin."""
    tool = case.environment(".local/share/pipx/venvs/jupyterlab")
    shutil.copy2(tool / "bin/jupyter", tool / "bin/jupyter-lab")
    (tool / "pipx_metadata.json").write_text("{}")
    links(case, tool)


def links(case, tool):
    folder = case.home / ".local/bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("jupyter", "jupyter-lab"):
        (folder / name).symlink_to(tool / "bin" / name)
    case.variables["PATH"] = f"{folder}:/usr/local/bin:/usr/bin:/bin"


def system_and_user_spec(case):
    """A shared kernelspec and one's own, of two names."""
    python = case.sound
    case.spec("shared", python, folder=case.home / "sys/kernels")
    case.spec("mine", python)
    case.variables["JUPYTER_PATH"] = str(case.home / "sys")


def same_name_same_interpreter(case):
    """One kernel registered twice, in two places, for the same interpreter."""
    python = case.sound
    case.spec("proj", python, folder=case.home / "sys/kernels")
    case.spec("proj", python)
    case.variables["JUPYTER_PATH"] = str(case.home / "sys")


def own_python3_over_jupyters(case):
    """A python3 of one's own that Jupyter's environment wins over: as it is meant in a virtual environment."""
    case.spec("python3", case.sound)


def copied_spec(case):
    """A kernelspec copied under another name, with variables of its own."""
    python = case.sound
    case.spec("proj", python)
    case.spec("proj-debug", python, env={"DEBUG": "1", "OMP_NUM_THREADS": "4"})


def other_languages(case):
    """Kernels for other languages, with programs that are there and are not run."""
    for name, language in (("ir", "R"), ("deno", "typescript")):
        program = case.home / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\ntouch started\n")
        program.chmod(0o755)
        case.spec(name, None, argv=[str(program), "--kernel", "{connection_file}"], language=language)


def variant_of_jupyters_own(case):
    """A kernelspec with `python` and variables: a variant of Jupyter's own kernel, on purpose."""
    case.spec("spark", "python", env={"SPARK_HOME": "/opt/spark"})


def spec_below_jupyters_prefix(case):
    """Jupyter's own kernelspec as ipykernel's wheel brings it, with `python` in argv."""
    place = jupyter_in(case, case.environment("proj"))
    file = place / "share/jupyter/kernels/python3/kernel.json"
    argv = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    file.unlink()
    file.write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))


def no_spec_at_all(case):
    """Jupyter makes python3 up where ipykernel is there and no kernelspec is."""
    place = jupyter_in(case, case.environment("proj"))
    shutil.rmtree(place / "share/jupyter/kernels")


def symlinked_home(case):
    """A home that is reached through a link: the environment's own files name the other path."""
    place = case.environment("real/proj")
    (case.home / "short").symlink_to(case.home / "real")
    case.spec("proj", case.home / "short/proj/bin/python")
    assert place.is_dir()


def path_of_the_specs_own(case):
    """A kernelspec that activates its environment by hand."""
    place = case.environment("proj")
    env = {
        "PATH": f"{place / 'bin'}:${{PATH}}",
        "VIRTUAL_ENV": str(place),
        "LD_LIBRARY_PATH": "/opt/x:${LD_LIBRARY_PATH}",
    }
    case.spec("proj", place / "bin/python", env=env)


def env_as_launcher(case):
    """A kernelspec that launches through env."""
    python = case.sound
    argv = ["/usr/bin/env", "OMP_NUM_THREADS=1", str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    case.spec("proj", None, argv=argv)


def options_of_the_interpreter(case):
    """What `ipykernel install` of today writes, and a few options more."""
    python = case.sound
    argv = [
        str(python),
        "-Xfrozen_modules=off",
        "-u",
        "-W",
        "ignore",
        "-m",
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
    ]
    case.spec("proj", None, argv=argv)


def script_and_code_as_launchers(case):
    """Kernels started by the `ipython` script and by `python -c`."""
    place = case.environment("proj")
    case.spec("script", None, argv=[str(place / "bin/ipython"), "kernel", "-f", "{connection_file}"])
    code = "from ipykernel.kernelapp import main; main()"
    case.spec("code", None, argv=[str(place / "bin/python"), "-c", code, "-f", "{connection_file}"])


def base_python_as_kernel(case):
    """A Python that is no environment, with packages in the user's own folder."""
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    asked = [base, "-m", "site", "--user-site"]
    site = Path(subprocess.check_output(asked, env={**os.environ, "HOME": str(case.home)}, text=True).strip())
    site.mkdir(parents=True)
    (site / "lent.pth").write_text(f"{case.site(case.lab.template)}\n")
    case.spec("base", base)


def pyenv_shims(case):
    """Shims of a version manager first on PATH, with `jupyter` among them."""
    place = case.environment(".pyenv/versions/3.99.0")
    shutil.copy2(place / "bin/jupyter", place / "bin/jupyter-lab")
    manager = case.home / ".pyenv/bin/pyenv"
    manager.parent.mkdir(parents=True)
    manager.write_text(f'#!/bin/sh\n[ "$1" = which ] && echo "{place}/bin/$2"\n')
    manager.chmod(0o755)
    for name in ("jupyter", "jupyter-lab", "python", "pip"):
        shim = case.home / ".pyenv/shims" / name
        shim.parent.mkdir(exist_ok=True)
        shim.write_text(f'#!/bin/sh\nexec "{place}/bin/{name}" "$@" # pyenv exec\n')
        shim.chmod(0o755)
    case.variables["PATH"] = f"{case.home}/.pyenv/shims:/usr/local/bin:/usr/bin:/bin"


def harmless_leftovers(case):
    """An empty folder among the kernelspecs, copies, a broken history, unknown keys, an entry of PATH in quotes."""
    python = case.sound
    (case.kernels / "empty").mkdir(parents=True)
    (case.kernels / ".DS_Store").touch()
    case.variables["PATH"] += ":~/.dotnet/tools"
    profile = case.home / ".ipython/profile_default"
    profile.mkdir(parents=True)
    (profile / "history.sqlite").write_text("this is no database")
    (profile / "ipython_kernel_config.py").write_text("c = get_config(\n")
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    case.raw_spec("proj", json.dumps({"argv": argv, "language": "python", "somebodys": "key"}))
    shutil.copy2(case.kernels / "proj/kernel.json", case.kernels / "proj.json")


def project_folder(case):
    """A folder with modules of one's own, tests and notebooks, whose names are nobody else's."""
    for name in ("main.py", "utils.py", "config.py", "test.py", "setup.py", "app.py", "models.py", "plot.py"):
        (case.work / name).write_text("")
    (case.work / "data").mkdir()
    (case.work / "src").mkdir()


def tapped(case):
    """A tap before a kernel that is sound: what keeps modules from the tap keeps none from the kernel."""
    case.spec("proj", case.sound)
    real = [str(case.sound), "-m", "ipykernel_launcher", "-f", INNER]
    argv = [sys.executable, *LAUNCH, "--language", "python", "proj", "{connection_file}", "--", *real]
    case.spec("proj-tapped", "", argv=argv, metadata={"kernel_seams": {"taps": "proj"}})


def settings(case):
    """Settings that many people have."""
    folder = case.home / ".jupyter"
    folder.mkdir()
    (folder / "jupyter_lab_config.py").write_text("c = get_config()\nc.ServerApp.open_browser = False\n")
    (folder / "jupyter_server_config.json").write_text('{"ServerApp": {"jpserver_extensions": {"jupyterlab": true}}}')


SOUND = [
    nothing,
    user_spec,
    activated_venv_with_jupyter,
    activated_and_registered,
    uv_tool,
    pipx,
    system_and_user_spec,
    same_name_same_interpreter,
    own_python3_over_jupyters,
    copied_spec,
    other_languages,
    variant_of_jupyters_own,
    spec_below_jupyters_prefix,
    no_spec_at_all,
    symlinked_home,
    path_of_the_specs_own,
    env_as_launcher,
    options_of_the_interpreter,
    tapped,
    script_and_code_as_launchers,
    base_python_as_kernel,
    pyenv_shims,
    harmless_leftovers,
    project_folder,
    settings,
]


@pytest.mark.parametrize("set_up", SOUND, ids=lambda set_up: set_up.__name__)
def test_sound_set_ups(case, set_up):
    """Nothing is found where nothing is wrong, every kernel offered is called sound, and none was started."""
    set_up(case)

    found = case.findings()
    assert found == [], "\n".join(map(str, found))
    assert not (case.work / "started").exists()


def test_a_sound_machine_fits_on_one_screen(case):
    """A healthy machine is told so, in a few lines."""
    user_spec(case)

    done = case.doctor_process()
    assert done.returncode == 0
    assert "No problem found: 2 kernels" in done.stdout
    assert done.stdout.count("\n") <= 24


@pytest.mark.slow
def test_uv_environment(case):
    """An environment of uv's own making, without pip, is a kernel like any other; %pip is a note (p12b)."""
    uv = shutil.which("uv") or str(Path(__file__).parents[2] / ".tools/bin/uv")
    if not os.access(uv, os.X_OK):
        pytest.skip("there is no uv here")
    python = case.home / "env/bin/python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, case.home / "env"], check=True)
    variables = {**os.environ, **case.variables}
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, "ipykernel"], check=True, env=variables)
    case.spec("env", python)

    assert case.findings() == []
    assert "no-pip" in {one.id for one in case.notes()}
