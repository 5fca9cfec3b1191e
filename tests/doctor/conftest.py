"""Machines in small: a home, a Jupyter, environments and kernelspecs, each broken or sound in one way."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from kernel_seams import cli
from kernel_seams.doctor import probe
from kernel_seams.doctor.diagnose import findings
from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.finding import Finding
from kernel_seams.doctor.probe import examine
from kernel_seams.doctor.python import ask, python_from

REAL_HOME = Path.home()
SECONDS = 300
# What decides where packages come from and how they are fetched; nothing else of the machine's environment counts.
KEPT = ("PIP_", "UV_", "SSL_", "HTTP", "http", "no_proxy", "NO_PROXY", "LANG", "LC_", "TMPDIR")


def find_uv():
    """uv, where it is to be had."""
    private = Path(__file__).parents[2] / ".tools" / "bin" / "uv"
    return shutil.which("uv") or (str(private) if os.access(private, os.X_OK) else None)


def base_environment():
    """Environment variables that every case starts from."""
    kept = {key: value for key, value in os.environ.items() if key.startswith(KEPT)}
    pip = REAL_HOME / ".config" / "pip" / "pip.conf"
    if pip.is_file():
        kept.setdefault("PIP_CONFIG_FILE", str(pip))
    cache = Path(os.environ.get("XDG_CACHE_HOME", REAL_HOME / ".cache"))
    kept.setdefault("UV_CACHE_DIR", str(cache / "uv"))
    kept.setdefault("PIP_CACHE_DIR", str(cache / "pip"))
    return kept


def base_python():
    """The interpreter that this environment was made of."""
    return str(getattr(sys, "_base_executable", sys.executable))


def other_python():
    """An interpreter of another minor version, or None."""
    mine = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = [
        *sorted((REAL_HOME / ".pyenv" / "versions").glob("3.*/bin/python"), reverse=True),
        Path("/usr/bin/python3"),
    ]
    found += [Path(path) for n in range(10, 15) if (path := shutil.which(f"python3.{n}"))]
    for path in found:
        if not os.access(path, os.X_OK):
            continue
        asked = [str(path), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        version = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        if version not in {"", mine} and tuple(map(int, version.split("."))) >= (3, 8):
            return path
    return None


class Main:
    """The command `seams` as click's runner calls a command, in this process."""

    name = "seams"

    def main(self, args, **_):
        """What `seams ARGUMENTS` does."""
        with mock.patch.object(sys, "argv", ["seams", *args]):
            cli.main()


@dataclass
class Lab:
    """What cases share: a Jupyter, a sound environment, and another one to make copies of."""

    root: Path
    server: Path
    template: Path

    @property
    def sound(self):
        """The interpreter of a sound environment that no case changes."""
        return self.root / "sound" / "bin" / "python"

    @classmethod
    def build(cls, root):
        """Make the environment once, with uv where there is one, and copy it."""
        template, uv = root / "template", find_uv()
        python = str(template / "bin" / "python")
        unset = {**os.environ, **base_environment()}
        unset.pop("PYTHONDONTWRITEBYTECODE", None)
        if uv:
            made = [[uv, "venv", "--quiet", "--seed", "--python", base_python(), str(template)]]
            made += [[uv, "pip", "install", "--quiet", "--python", python, "ipykernel"]]
        else:
            made = [[base_python(), "-m", "venv", str(template)], [python, "-m", "pip", "install", "-q", "ipykernel"]]
        # Compiled once for the modules that count: a probe writes no bytecode and would compile them each time.
        made += [[python, "-c", "import ipykernel.kernelapp, pip._internal.cli.main"]]
        for command in made:
            subprocess.run(command, check=True, timeout=SECONDS, env=unset)
        # Two files in three are stubs that jedi brings and no case changes: a copy has a link to them.
        (stubs,) = template.glob("lib/python3*/site-packages/jedi/third_party")
        stubs.symlink_to(stubs.rename(root / "third_party"))
        marked = (line for line in (template / "pyvenv.cfg").read_text().splitlines() if not line.startswith("uv "))
        (template / "pyvenv.cfg").write_text("\n".join(marked) + "\n")
        server = copy_environment(template, root / "server", own=False)
        # `jupyter` goes on to jupyter-lab, whose first line says which interpreter runs the kernels' server.
        shutil.copy2(server / "bin" / "jupyter", server / "bin" / "jupyter-lab")
        copy_environment(template, root / "sound", own=False)
        return cls(root, root / "server", template)


def copy_environment(template, place, *, own=True):
    """A copy of an environment that knows where it lies.

    With `own` its packages are its own, as hard links: a case replaces a file and
    never writes into it. Without, it shares the template's packages.
    """
    place.mkdir(parents=True, exist_ok=True)
    for part in template.iterdir():
        if part.name == "lib" and not own:
            (place / "lib").symlink_to(part)
        elif part.name == "lib" and sys.platform == "linux":
            subprocess.run(
                ["cp", "-al", part, place / "lib"], check=True
            )  # some thousand files, in a tenth of the time
        elif part.is_symlink() or part.is_file():
            shutil.copy2(part, place / part.name, follow_symlinks=False)
        else:
            shutil.copytree(part, place / part.name, symlinks=True, copy_function=os.link)
    for file in [place / "pyvenv.cfg", *(place / "bin").iterdir(), *place.glob("share/jupyter/kernels/*/*.json")]:
        if file.is_symlink() or not file.is_file():
            continue
        data, mode = file.read_bytes(), file.stat().st_mode
        if str(template).encode() in data:
            file.unlink()
            file.write_bytes(data.replace(str(template).encode(), str(place).encode()))
            file.chmod(mode)
    return place


class Once:
    """`ask`, and the same answer again where the same was asked: of interpreters that no case changes, in any home.

    Two in three of the interpreters that the cases ask are Jupyter's own and a sound one, which say the same each time.
    """

    def __init__(self, root):
        self.root = root
        self.answers = {}

    def __call__(self, asked):
        """The answer, with the paths of the home it is asked from."""
        variables = dict(asked.environment)
        home = variables.pop("HOME", "")
        if not asked.command[0].startswith(f"{self.root}/") or asked.names or not home:
            return ask(asked)
        # Where no names are looked for, the folder to find them in is no part of the question.
        same = replace(asked, environment=tuple(sorted(variables.items())), folder="", seconds=0)
        if same not in self.answers:
            self.answers[same] = home, ask(asked)
        before, answer = self.answers[same]
        if answer.python is None or before == home:
            return answer
        return replace(answer, python=python_from(json.loads(json.dumps(answer.python.raw).replace(before, home))))


@dataclass
class Case:
    """One machine: its home, what its shell has set, and where its kernelspecs are."""

    lab: Lab
    home: Path
    variables: dict = field(default_factory=dict)

    def __post_init__(self):
        self.work = self.home / "work"
        self.work.mkdir(parents=True)
        self.kernels = self.home / ".local" / "share" / "jupyter" / "kernels"
        self.variables = {
            **base_environment(),
            "HOME": str(self.home),
            "PATH": f"{self.lab.server / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.variables,
        }

    @property
    def sound(self):
        """The interpreter of a sound environment, shared and not to be changed."""
        return self.lab.sound

    def bare(self, name, *options):
        """An environment with pip and nothing else."""
        subprocess.run([base_python(), "-m", "venv", *options, str(self.home / name)], check=True, timeout=SECONDS)
        return self.home / name

    def environment(self, name, *, own=False, template=None):
        """An environment with a kernel; a case that changes what is installed asks for its `own` packages."""
        return copy_environment(template or self.lab.template, self.home / name, own=own)

    def site(self, environment):
        """The site-packages of an environment."""
        return next((environment / "lib").glob("python3*/site-packages"))

    def package(self, folder, name, text="", version=None):
        """A small package in `folder`."""
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(text)
        if version:
            info = folder / f"{name}-{version}.dist-info"
            info.mkdir()
            (info / "top_level.txt").write_text(f"{name}\n")
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\n")
        return folder / name

    def spec(self, name, python, *, folder=None, argv=None, **fields):
        """A kernelspec as `ipykernel install` writes it."""
        place = (folder or self.kernels) / name
        place.mkdir(parents=True, exist_ok=True)
        content = {
            "argv": argv or [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": name,
            "language": "python",
            **fields,
        }
        (place / "kernel.json").write_text(json.dumps(content))
        return place

    def raw_spec(self, name, text):
        """A kernelspec folder with this text as kernel.json."""
        place = self.kernels / name
        place.mkdir(parents=True)
        (place / "kernel.json").write_text(text)
        return place

    def activate(self, environment):
        """What `source bin/activate` does."""
        self.variables["VIRTUAL_ENV"] = str(environment)
        self.variables["PATH"] = f"{environment / 'bin'}:{self.variables['PATH']}"

    def examine(self, **rest) -> Machine:
        """The facts, as a shell in the work folder has them."""
        return examine(self.variables, self.work, **rest)

    def findings(self, **rest) -> list[Finding]:
        """Everything the doctor says but notes."""
        return [finding for finding in findings(self.examine(**rest)) if finding.severity != "note"]

    def only(self, name, kernel=None, **rest):
        """The one finding there is: of this id and about this kernel."""
        found = self.findings(**rest)
        assert [(one.id, one.kernel) for one in found] == [(name, kernel)], "\n".join(map(str, found))
        assert found[0].evidence
        assert found[0].fix or found[0].advice
        return found[0]

    def cure(self, finding, number=0):
        """Apply a fix as it is printed; afterwards there is nothing left to find."""
        fixes = [line for line in finding.fix if not re.match(r'sudo |"\$\{EDITOR', line)]
        self.shell(fixes[number])
        assert self.findings() == []

    def notes(self) -> list[Finding]:
        """What the doctor finds worth knowing."""
        return [finding for finding in findings(self.examine()) if finding.severity == "note"]

    def shell(self, text, *, given="y\n"):
        """Run `text` as the person would paste it: in their shell, with what it exports kept for later."""
        script = f"{text}\nstatus=$?\nenv -0 >&3\nexit $status"
        done_file = self.home / ".exported"
        with done_file.open("wb") as exported:
            done = subprocess.run(
                ["bash", "-c", f"exec 3>&{exported.fileno()}\n{script}"],
                env=self.variables,
                cwd=self.work,
                input=given,
                text=True,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                pass_fds=[exported.fileno()],
            )
        pairs = (entry.partition("=") for entry in done_file.read_text().split("\0") if "=" in entry)
        self.variables = {key: value for key, _, value in pairs if key not in {"_", "PWD", "OLDPWD", "SHLVL"}}
        done_file.unlink()
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        return done

    def doctor(self, *arguments, given=None, folder=None):
        """The command, with its exit code and what it prints, in this process."""
        with contextlib.chdir(folder or self.work), mock.patch.dict(os.environ, self.variables, clear=True):
            done = CliRunner().invoke(Main(), ["doctor", *map(str, arguments)], input=given)
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    def doctor_process(self, *arguments, given=None, folder=None):
        """The command as a person runs it, from another environment than the one examined."""
        return subprocess.run(
            [Path(sys.executable).with_name("seams"), "doctor", *map(str, arguments)],
            env=self.variables,
            cwd=folder or self.work,
            input=given,
            text=True,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    made = Lab.build(tmp_path_factory.mktemp("lab"))
    with mock.patch.object(probe, "ask", Once(made.root)):
        yield made


@pytest.fixture
def make_case(lab):
    """Make a case whose home is a folder that is given."""
    return lambda home: Case(lab, home)


@pytest.fixture
def case(make_case, tmp_path):
    return make_case(tmp_path / "home")
