"""How the workshop's JupyterLab is started: its command line, its variables, and what its terminals read first."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from kernel_seams.checkout import Checkout
from kernel_seams.workshop import access
from kernel_seams.workshop.rooms import Room

HIGHEST_PORT = 65535
PORT_RETRIES = 50

# With these the person says where kernels are to be found. Any other JUPYTER* variable would bring
# their own configuration into this server, or send it to somebody else's gateway.
KEPT = frozenset({"JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_PLATFORM_DIRS", "JUPYTER_PREFER_ENV_PATH"})

MARK = "SEAMS_SERVER"
# What JupyterLab calls the file of its default workspace; asking it would cost a second of imports at every start.
DEFAULT_WORKSPACE = "default-37a8.jupyterlab-workspace"


def lab_command(checkout: Checkout, port: int, room: Room = Room.LEARNER) -> list[str]:
    """The command that starts JupyterLab for `room`; `port` 0 is any free one, else the first of the next ones."""
    settings = {
        **access.settings(port),
        "ServerApp.port": str(port),
        "ServerApp.port_retries": str(port_retries(port)),
        "ServerApp.root_dir": str(room.folder(checkout)),
        # We open it ourselves: a browser that is a child of the server would be closed with it.
        "ServerApp.open_browser": "False",
        # In a container or a classroom machine the learner may well be root.
        "ServerApp.allow_root": "True",
        "ServerApp.terminado_settings": f"shell_command={shlex.join(terminal_command(checkout))}",
        # Nothing below leaves the checkout: not the signatures of notebooks, not a deleted file.
        "NotebookNotary.data_dir": str(checkout.state / "notary"),
        "FileContentsManager.delete_to_trash": "False",
        # It asks `npm`, if there is one, which then writes its log into the person's home.
        "LanguageServerManager.autodetect": "False",
        # A learner may be offline.
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.news_url": "None",
    }
    # It serves the settings of Jupyter Notebook 6, and asking for them all makes the person's data folder.
    without = [f"--ServerApp.jpserver_extensions={name}=False" for name in ("notebook_shim", *room.left_out())]
    return [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in settings.items()), *without]


def port_retries(port: int) -> int:
    """How many ports after `port` the server may try without leaving the range of ports.

    It tries the next four in order, and beyond that at random within twice the retries.
    """
    if port + 2 * (PORT_RETRIES + 1) <= HIGHEST_PORT:
        return PORT_RETRIES
    return min(4, HIGHEST_PORT - port)


def lab_environment(
    checkout: Checkout, token: str, mark: str, base: Mapping[str, str] = os.environ, room: Room = Room.LEARNER
) -> dict[str, str]:
    """The variables of the server, and so of its kernels and terminals.

    `token` goes this way because everybody on the machine can read a command
    line. `mark` is how every process that came from this server is known again.
    """
    own = {name: value for name, value in base.items() if not name.startswith("JUPYTER") or name in KEPT}
    own.pop(access.TOKEN, None)
    tools = Path(sys.executable).parent
    environment = {
        **own,
        **checkout.jupyter_environment(),
        **room.environment(checkout),
        **_histories(checkout),
        "JUPYTER_TOKEN": token,
        "PATH": os.pathsep.join([str(tools), own.get("PATH", os.defpath)]),
        "BASH_SILENCE_DEPRECATION_WARNING": "1",  # macOS advertises zsh in each new bash
        MARK: mark,
    }
    if shutil.which("bash") is None:
        environment["ENV"] = str(terminal_file(checkout))
    if sys.prefix != sys.base_prefix:
        environment["VIRTUAL_ENV"] = sys.prefix
    return environment


def terminal_command(checkout: Checkout) -> list[str]:
    """The shell of JupyterLab's terminals.

    Not a login shell: on Debian ``/etc/profile`` sets PATH anew and the
    environment's commands would be gone. A plain ``sh`` reads the file in ENV.
    """
    bash = shutil.which("bash")
    if bash:
        return [bash, "--rcfile", str(terminal_file(checkout)), "-i"]
    return [shutil.which("sh") or "/bin/sh", "-i"]


def terminal_file(checkout: Checkout) -> Path:
    """The file that a terminal's shell reads first."""
    return checkout.state / "terminal.sh"


def write_defaults(checkout: Checkout) -> None:
    """Write the defaults of JupyterLab's own settings; a learner may still choose otherwise.

    The server's `news_url` alone does not keep the question about news from the
    learner's first screen.
    """
    folder = Path(checkout.jupyter_environment()["JUPYTER_CONFIG_DIR"]) / "labconfig"
    folder.mkdir(parents=True, exist_ok=True)
    defaults = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    (folder / "default_setting_overrides.json").write_text(json.dumps(defaults, indent=1), encoding="utf-8")


def open_first(checkout: Checkout, notebook: str = "00-tour/tour.ipynb") -> None:
    """Let JupyterLab open on `notebook`, a path below `work/`, unless it has been used before."""
    folder = Path(checkout.jupyter_environment()["JUPYTERLAB_WORKSPACES_DIR"])
    if any(folder.glob("*")) or not (checkout.work / notebook).is_file():
        return
    widget = f"notebook:{notebook}"
    dock = {"type": "tab-area", "currentIndex": 0, "widgets": [widget]}
    data = {
        "layout-restorer:data": {"main": {"dock": dock, "current": widget}},
        widget: {"data": {"path": notebook, "factory": "Notebook"}},
    }
    folder.mkdir(parents=True, exist_ok=True)
    workspace = {"data": data, "metadata": {"id": "default"}}
    (folder / DEFAULT_WORKSPACE).write_text(json.dumps(workspace), encoding="utf-8")


def write_terminal_file(checkout: Checkout) -> None:
    """Write what a terminal's shell reads first: the person's own settings, then the environment, which so wins."""
    lines = [
        "# Made by `seams workshop`: what the terminals of its JupyterLab read first.",
        'if [ -n "${BASH_VERSION-}" ] && [ -r ~/.bashrc ]; then . ~/.bashrc; fi',
        *_entering(checkout),
        *(f"export {name}={shlex.quote(value)}" for name, value in _histories(checkout).items()),
        # The one was for this shell only; the other is the server's.
        "unset ENV JUPYTER_TOKEN",
    ]
    terminal_file(checkout).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _entering(checkout: Checkout) -> list[str]:
    """The lines that put the commands of the server's own environment first on PATH."""
    root, activate = checkout.root, checkout.root / "scripts" / "activate"
    environment = root / ".venv"
    if activate.is_file() and environment.is_dir() and environment.samefile(sys.prefix):
        # A plain sh cannot tell the file it reads where that file is.
        return [f"SEAMS_ROOT={shlex.quote(str(root))}", f". {shlex.quote(str(activate))}"]
    return [f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH"]


def _histories(checkout: Checkout) -> dict[str, str]:
    """Where shells and Python's prompt remember what was typed: bash writes its history when its kernel ends, too."""
    return {
        "HISTFILE": str(checkout.state / "shell_history"),
        "PYTHON_HISTORY": str(checkout.state / "python_history"),
    }
