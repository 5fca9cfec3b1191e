"""`seams workshop`: the learner's folder, the server's life from start to no orphan, and the selftest."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from pathlib import Path
from urllib.request import url2pathname

import httpx
import psutil
import pytest
from click.testing import CliRunner
from tornado.websocket import websocket_connect

from kernel_seams.checkout import Checkout
from kernel_seams.cli.workshop import command
from kernel_seams.errors import CheckoutError
from kernel_seams.workshop import selftest, settings
from kernel_seams.workshop.rest import Server, close, execute_request, printed
from kernel_seams.workshop.workdir import fill

PATIENCE = 90
OURS = ("python3", "bash", "deno", "analysis")
SAY_HELLO = {"python3": "print('hello')", "analysis": "print('hello')", "bash": "echo hello"}


# work/ and exercises/


@pytest.fixture
def course(tmp_path):
    """A checkout with two exercises that were laid out in work/."""
    made = Checkout(tmp_path)
    for name in ("01-shell/shell.ipynb", "02-kernel/kernel.py"):
        path = made.exercises / name
        path.parent.mkdir(parents=True)
        path.write_text(f"the first {path.name}")
    fill(made)
    return made


def test_first_start_copies_every_exercise(tmp_path):
    """Where there is no work/ yet, every exercise is copied into it."""
    made = Checkout(tmp_path)
    (made.exercises / "01-shell").mkdir(parents=True)
    (made.exercises / "01-shell" / "shell.ipynb").write_text("x")

    filled = fill(made)

    assert filled.added == ["01-shell/shell.ipynb"]
    assert (made.work / "01-shell" / "shell.ipynb").read_text() == "x"


def test_no_exercises_make_an_empty_work_folder(tmp_path):
    """Without exercises/ there is nothing to copy and still a work/ to open."""
    filled = fill(Checkout(tmp_path))

    assert (filled.total, list((tmp_path / "work").iterdir())) == (0, [])


def test_untouched_file_follows_its_exercise(course):
    """A file that still is what was laid down is replaced by a newer exercise."""
    (course.exercises / "01-shell" / "shell.ipynb").write_text("the second")

    filled = fill(course)

    assert (filled.updated, filled.kept) == (["01-shell/shell.ipynb"], [])
    assert (course.work / "01-shell" / "shell.ipynb").read_text() == "the second"


def test_touched_file_is_never_overwritten(course):
    """A file the learner changed stays, and that its exercise changed is said in one line, once."""
    (course.work / "01-shell" / "shell.ipynb").write_text("mine")
    (course.exercises / "01-shell" / "shell.ipynb").write_text("the second")

    filled, again = fill(course), fill(course)

    assert (course.work / "01-shell" / "shell.ipynb").read_text() == "mine"
    assert filled.notices == [
        "01-shell/shell.ipynb changed upstream; yours is kept (the exercise: exercises/01-shell/shell.ipynb)"
    ]
    assert again.notices == []


def test_touched_file_is_not_mentioned_while_its_exercise_stays(course):
    """Working on an exercise is not worth a line."""
    (course.work / "01-shell" / "shell.ipynb").write_text("mine")

    assert fill(course).notices == []


def test_deleted_file_stays_deleted(course):
    """A file the learner deleted does not come back, also when its exercise changes."""
    (course.work / "01-shell" / "shell.ipynb").unlink()
    unchanged = fill(course)
    (course.exercises / "01-shell" / "shell.ipynb").write_text("the second")
    changed = fill(course)

    assert not (course.work / "01-shell" / "shell.ipynb").exists()
    assert unchanged.notices == []
    assert "yours was deleted and stays so" in changed.notices[0]


def test_copying_the_exercise_over_makes_it_follow_again(course):
    """A learner who takes the new exercise by hand gets the next one by itself."""
    exercise, mine = (folder / "01-shell" / "shell.ipynb" for folder in (course.exercises, course.work))
    mine.write_text("mine")
    exercise.write_text("the second")
    shutil.copy(exercise, mine)
    fill(course)
    exercise.write_text("the third")

    assert fill(course).updated == ["01-shell/shell.ipynb"]


def test_file_of_the_learner_under_a_new_exercise_s_name_is_kept(course):
    """A file that was there before an exercise of its name came is the learner's."""
    (course.work / "notes.md").write_text("mine")
    (course.exercises / "notes.md").write_text("theirs")

    filled = fill(course)

    assert (course.work / "notes.md").read_text() == "mine"
    assert filled.notices == ["notes.md is not what its exercise is; yours is kept (the exercise: exercises/notes.md)"]


@pytest.mark.parametrize("damage", ["", "[]", '{"files": {"01-shell/shell.ipynb": 3}}', "{"])
def test_damaged_manifest_overwrites_nothing(course, damage):
    """Without a manifest that can be read every file that differs counts as the learner's."""
    (course.state / "work.json").write_text(damage)
    (course.work / "01-shell" / "shell.ipynb").write_text("mine")
    (course.exercises / "02-kernel" / "kernel.py").write_text("the second")

    assert (fill(course).updated, (course.work / "01-shell" / "shell.ipynb").read_text()) == ([], "mine")


def test_link_out_of_work_is_not_followed(course, tmp_path):
    """A folder or a file of work/ that is a link elsewhere is left alone, and so is what it leads to."""
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.rmtree(course.work / "01-shell")
    (course.work / "01-shell").symlink_to(outside)
    (outside / "kernel.py").write_text("the first kernel.py")
    (course.work / "02-kernel" / "kernel.py").unlink()
    (course.work / "02-kernel" / "kernel.py").symlink_to(outside / "kernel.py")
    (course.exercises / "01-shell" / "new.ipynb").write_text("new")
    (course.exercises / "02-kernel" / "kernel.py").write_text("the second")

    filled = fill(course)

    assert [path.name for path in outside.iterdir()] == ["kernel.py"]
    assert (outside / "kernel.py").read_text() == "the first kernel.py"
    assert filled.kept == ["01-shell/new.ipynb", "02-kernel/kernel.py"]


def test_file_in_the_place_of_a_folder_is_kept(course):
    """Where the learner has a file and an exercise needs a folder, the file stays."""
    (course.work / "03-frames").write_text("mine")
    (course.exercises / "03-frames").mkdir()
    (course.exercises / "03-frames" / "frames.ipynb").write_text("x")

    assert fill(course).kept == ["03-frames/frames.ipynb"]
    assert (course.work / "03-frames").read_text() == "mine"


def test_what_tools_leave_in_exercises_is_not_copied(course):
    """Checkpoints, byte code and links in exercises/ are no exercises."""
    for name in (".ipynb_checkpoints/shell-checkpoint.ipynb", "__pycache__/x.pyc"):
        (course.exercises / name).parent.mkdir()
        (course.exercises / name).write_text("x")
    (course.exercises / "link").symlink_to("/etc/hostname")

    assert fill(course).added == []


def test_laid_file_can_be_written_and_run_as_its_exercise(course):
    """The copy is the learner's to write, whatever the exercise's mode; a script stays executable."""
    script = course.exercises / "run.sh"
    script.write_text("x")
    script.chmod(0o555)
    fill(course)

    assert (course.work / "run.sh").stat().st_mode & 0o777 == 0o755
    assert not list(course.work.rglob(".seams-*"))


def test_work_that_cannot_be_written_is_told_in_one_line(course):
    """A failure to write names the place and what to do."""
    (course.exercises / "03-new").mkdir()
    (course.exercises / "03-new" / "a.py").write_text("x")
    shutil.rmtree(course.work)
    course.work.write_text("a file")

    with pytest.raises(CheckoutError, match=r"work cannot be written: .*folder of your own"):
        fill(course)


# The command line


@pytest.mark.parametrize(
    "options", [("--port", "0"), ("--port", "65536"), ("--port", "x"), ("--json",), ("--nonsense",)]
)
def test_bad_usage_exits_2(options):
    """A port outside 1..65535, or --json without --selftest, is bad usage."""
    assert CliRunner().invoke(command, options).exit_code == 2


@pytest.mark.parametrize(("port", "highest"), [(0, 65535), (8888, 65535), (65434, 65535), (65535, 65535)])
def test_next_ports_are_ports(port, highest):
    """Whichever ports the server tries after `port`, none is above the highest there is."""
    retries = settings.port_retries(port)
    furthest = port + 2 * (retries + 1) if retries > 4 else port + retries

    assert furthest <= highest


def test_configuration_of_the_person_does_not_reach_the_server(tmp_path):
    """Of the person's JUPYTER variables only those stay that say where kernels are; the token replaces theirs."""
    theirs = {
        "JUPYTER_PATH": "/kernels",
        "JUPYTER_CONFIG_PATH": "/config",
        "JUPYTER_CONFIG_DIR": "/config",
        "JUPYTER_GATEWAY_URL": "http://elsewhere",
        "JUPYTER_TOKEN": "theirs",
        "JUPYTERLAB_DIR": "/app",
        "PATH": "/bin",
    }

    variables = settings.lab_environment(Checkout(tmp_path), "ours", "mark", theirs)

    assert variables["JUPYTER_PATH"] == "/kernels"
    assert variables["JUPYTER_TOKEN"] == "ours"
    assert variables["JUPYTER_CONFIG_DIR"] == str(tmp_path / ".workshop" / "config")
    assert variables["JUPYTER_CONFIG_PATH"] == str(tmp_path / ".workshop" / "learner")
    assert not {"JUPYTER_GATEWAY_URL", "JUPYTERLAB_DIR"} & set(variables)
    assert variables["PATH"] == f"{Path(sys.executable).parent}{os.pathsep}/bin"


# The server from start to end


def ask(workshop, method, path, content=None):
    """The answer of the running server's REST API."""
    return asyncio.run(Server(workshop.base, workshop.token, workshop.checkout.state).request(method, path, content))


def start_kernels(workshop, names):
    """Start a kernel of each name and wait until it answers; the ids."""
    server = Server(workshop.base, workshop.token, workshop.checkout.state)

    async def start(name):
        kernel = await server.request("POST", "api/kernels", {"name": name})
        async with server.channels(kernel["id"]) as channels:
            await channels.ask("kernel_info_request", {})
        return kernel["id"]

    async def start_all():
        return [await start(name) for name in names]

    return asyncio.run(start_all())


def type_in_terminal(workshop, text, until):
    """Open a terminal, type `text`, and return what it shows once `until` is in it."""
    name = ask(workshop, "POST", "api/terminals")["name"]

    async def talk():
        address = f"ws{workshop.base.removeprefix('http')}terminals/websocket/{name}?token={workshop.token}"
        socket = await websocket_connect(address)
        await socket.write_message(json.dumps(["set_size", 50, 500]))
        await socket.write_message(json.dumps(["stdin", text]))
        shown = ""
        async with asyncio.timeout(60):
            while until not in shown:
                kind, *rest = json.loads(await socket.read_message())
                shown += rest[0] if kind == "stdout" else ""
        await close(socket)
        return shown

    return asyncio.run(talk())


def family(workshop):
    """Every process that came from `seams workshop`."""
    return psutil.Process(workshop.process.pid).children(recursive=True)


def sleeping(seconds):
    """Every `sleep SECONDS` there is."""
    return [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", seconds]]


def alive(processes):
    """The command lines of those that still run."""
    return [p.cmdline() for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_steps_are_named_and_the_address_is_last(lab):
    """Each step has its time, the way into one's own shell is shown, and the last line is the address."""
    steps = [line.split()[0] for line in lab.lines[:2]]

    assert steps == ["work", "server"]
    assert all(line.endswith(" s") for line in lab.lines[:2])
    assert any(f". '{lab.checkout.root}/scripts/activate'" in line for line in lab.lines)
    assert lab.lines[-1] == lab.url


def test_server_listens_on_loopback_only(lab):
    """No other machine can reach the server."""
    (server,) = psutil.Process(lab.process.pid).children()
    listening = [c.laddr.ip for c in server.net_connections("tcp") if c.status == psutil.CONN_LISTEN]

    assert set(listening) == {"127.0.0.1"}


def test_token_is_needed_and_in_no_command_line(lab):
    """Without its token the server lets nobody in, and no process shows it to other people on the machine."""
    with pytest.raises(Exception, match="403"):
        asyncio.run(Server(lab.base, "guessed", lab.checkout.state).request("GET", "api/kernels"))

    shown = [
        part
        for process in [lab.process.pid, *family(lab)]
        for part in psutil.Process(getattr(process, "pid", process)).cmdline()
    ]
    assert not any(lab.token in part for part in shown)
    assert lab.token not in (lab.checkout.state / "logs" / "lab.log").read_text()


def test_server_that_is_not_there_yet_is_no_failure(tmp_path):
    """Whoever waits for a server is told that it does not answer yet, and by no exception of the socket's."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"

    assert asyncio.run(Server(address, "token", tmp_path).answers()) is False


def test_no_question_about_news_or_updates(lab):
    """JupyterLab neither asks about news nor looks for updates: a learner may be offline."""
    page = httpx.get(lab.url, trust_env=False).text

    assert '"news": {"disabled": true}' in page
    assert ask(lab, "GET", "lab/api/update") == {"notification": None}


def test_terminal_has_the_commands_of_the_environment(lab):
    """JupyterLab's terminals have `seams`, `jupyter` and `nbgrader` of the environment, and the server's variables."""
    shown = type_in_terminal(
        lab,
        'which seams jupyter nbgrader; echo "at $JUPYTER_RUNTIME_DIR"; echo "to""ken=[$JUPYTER_TOKEN] done"\r',
        "] done\r",
    )

    for name in ("seams", "jupyter", "nbgrader"):
        assert any(line.endswith(f"/{Path(sys.prefix).name}/bin/{name}") for line in shown.splitlines()), shown
    assert f"at {lab.checkout.state}/runtime" in shown
    assert "token=[] done" in shown


@pytest.mark.slow
def test_nothing_is_written_outside_the_checkout(lab):
    """A session that makes, saves, runs and deletes a notebook in each kernel and uses a terminal leaves home empty."""
    for name in OURS:
        notebook = {
            "cells": [],
            "metadata": {"kernelspec": {"name": name, "display_name": name}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = f"{name}.ipynb"
        ask(lab, "PUT", f"api/contents/{path}", {"type": "notebook", "content": notebook})
        session = ask(
            lab, "POST", "api/sessions", {"path": path, "type": "notebook", "name": path, "kernel": {"name": name}}
        )
        assert run(lab, session["kernel"]["id"], SAY_HELLO.get(name, "console.log('hello')")) == "hello\n"
        ask(lab, "PUT", f"api/contents/{path}", {"type": "notebook", "content": notebook})
        ask(lab, "DELETE", f"api/sessions/{session['id']}")
        ask(lab, "DELETE", f"api/contents/{path}")
    ask(lab, "PUT", "lab/api/settings/@jupyterlab/apputils-extension:themes", {"raw": "{}"})
    ask(lab, "PUT", "lab/api/workspaces/mine", {"data": {}, "metadata": {"id": "mine"}})
    type_in_terminal(lab, "echo over; exit\r", "over\r")

    assert list(lab.home.rglob("*")) == []
    assert not any((lab.checkout.work / f"{name}.ipynb").exists() for name in OURS)


def run(workshop, kernel, code):
    """What `code`, which prints a line, prints in the running kernel."""
    server = Server(workshop.base, workshop.token, workshop.checkout.state)

    async def talk():
        async with server.channels(kernel) as channels:
            return printed(await channels.ask("execute_request", execute_request(code), lines=1))

    return asyncio.run(talk())


@pytest.mark.slow
def test_ctrl_c_ends_the_server_and_every_kernel(start_workshop):
    """After Ctrl-C no kernel, no shell in a kernel or a terminal, and nothing started there is left; exit code 0."""
    workshop = start_workshop("--no-browser")
    start_kernels(workshop, OURS)
    type_in_terminal(
        workshop, "nohup sleep 5000 >/dev/null 2>&1 & disown; (setsid sleep 5001 &); echo star''ted\r", "started\r"
    )
    processes = family(workshop)
    daemon = sleeping("5001")

    code = workshop.end(signal.SIGINT)

    assert len(processes) >= 1 + len(OURS) + 3
    assert daemon
    assert (code, alive([*processes, *daemon])) == (0, [])
    assert workshop.err.read_text().startswith("JupyterLab stopped, and every kernel with it")
    assert list((workshop.checkout.state / "runtime").glob("jpserver-*")) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_end_it_as_well(start_workshop, number):
    """A closed terminal or a service manager's SIGTERM ends everything as Ctrl-C does."""
    workshop = start_workshop("--no-browser")
    start_kernels(workshop, ["bash"])
    processes = family(workshop)

    assert (workshop.end(number), alive(processes)) == (0, [])


@pytest.mark.slow
def test_ctrl_c_while_it_starts(start_workshop, wait_until):
    """Ctrl-C before JupyterLab answers leaves no process either, and says so with exit code 130."""
    workshop = start_workshop("--no-browser", wait=False)
    (server,) = wait_until(lambda: psutil.Process(workshop.process.pid).children(), "the server's process")

    assert (workshop.end(signal.SIGINT), alive([server])) == (130, [])
    assert workshop.err.read_text().strip() == "seams: stopped."


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the parent's death is told on Linux only")
def test_killed_outright_it_takes_the_server_along(start_workshop, wait_until):
    """When `seams` itself is killed, the server ends its kernels and itself."""
    workshop = start_workshop("--no-browser")
    start_kernels(workshop, OURS)
    processes = family(workshop)

    workshop.end(signal.SIGKILL)

    wait_until(lambda: not alive(processes), lambda: alive(processes))


@pytest.mark.slow
def test_killed_server_is_told_in_one_line(start_workshop):
    """When the server is killed, one line says so, and its kernels do not stay."""
    workshop = start_workshop("--no-browser")
    start_kernels(workshop, OURS)
    processes = family(workshop)

    psutil.Process(workshop.process.pid).children()[0].kill()

    assert workshop.process.wait(PATIENCE) == 1
    assert alive(processes) == []
    (line,) = workshop.err.read_text().splitlines()
    assert line.startswith("seams: JupyterLab ended with signal SIGKILL. The last it said: ")


@pytest.mark.slow
def test_taken_port_is_said_and_the_next_one_used(start_workshop):
    """Where the port is taken the server takes another, and one line says which."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        workshop = start_workshop("--no-browser", "--port", str(port))

    got = int(workshop.base.rstrip("/").rpartition(":")[2])
    assert got != port
    assert f"port {port} is taken: using {got}" in workshop.lines


def test_server_that_dies_on_start_is_told_in_one_line(start_workshop, tmp_path):
    """A server that ends before it answers is seen at once; its last words and the log's place are on one line."""
    config = tmp_path / "a checkout" / ".workshop" / "config"
    config.mkdir(parents=True)
    (config / "jupyter_server_config.py").write_text("import os; print('no luck today', flush=True); os._exit(3)")

    workshop = start_workshop("--no-browser", wait=False)

    assert workshop.process.wait(PATIENCE) == 1
    (line,) = workshop.err.read_text().splitlines()
    assert "JupyterLab ended with exit code 3. The last it said: no luck today" in line
    assert str(workshop.checkout.state / "logs" / "lab.log") in line


def test_browser_is_led_in_by_a_file(start_workshop, tmp_path, wait_until):
    """The browser opens by itself; the token is in a private file and not in the browser's command line.

    And what the person has configured for a Jupyter of their own changes nothing. Ctrl-C ends it, with its kernel.
    """
    browser, asked = tmp_path / "browser", tmp_path / "asked"
    browser.write_text(f'#!/bin/sh\necho "$@" > "{asked}.new"; mv "{asked}.new" "{asked}"\n')
    browser.chmod(0o755)
    (tmp_path / "home" / ".jupyter").mkdir(parents=True)
    (tmp_path / "home" / ".jupyter" / "jupyter_server_config.py").write_text("import os; os._exit(3)")

    workshop = start_workshop(BROWSER=str(browser))

    page = wait_until(lambda: asked.exists() and asked.read_text().strip(), "the browser")
    assert workshop.token not in page
    file = Path(url2pathname(page.removeprefix("file://")))
    assert workshop.url in file.read_text()
    assert file.parent.stat().st_mode & 0o077 == 0
    start_kernels(workshop, ["python3"])
    processes = family(workshop)
    assert (workshop.end(signal.SIGINT), alive(processes)) == (0, [])


# The selftest


def spec(folder, name, content):
    """Write a kernelspec below `folder`."""
    path = folder / "kernels" / name
    path.mkdir(parents=True)
    (path / "kernel.json").write_text(content if isinstance(content, str) else json.dumps(content))


def launching(*argv, language="cobol"):
    """A kernelspec that launches `argv`."""
    return {"argv": [*argv, "{connection_file}"], "display_name": "A stranger's", "language": language}


ZIG = """
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

class Zig(Kernel):
    implementation, implementation_version, banner = "zig", "1", "zig"
    language_info = {"name": "zig", "mimetype": "text/x-zig", "file_extension": ".zig"}

IPKernelApp.launch_instance(kernel_class=Zig)
"""


def test_selftest_starts_every_kernel_and_judges_only_ours(start_workshop, tmp_path):
    """Every kernel JupyterLab offers is started; a stranger's broken one is listed with the reason and fails nothing.

    A language we do not speak is asked who it is and nothing else; a spec that
    JupyterLab drops in silence is listed too. Home stays empty.
    """
    (tmp_path / "zig.py").write_text(ZIG)
    spec(tmp_path, "zig", launching(sys.executable, str(tmp_path / "zig.py"), "-f"))
    spec(tmp_path, "gone", launching("/no/such/program"))
    spec(tmp_path, "broken", '{"argv": [')

    workshop = start_workshop("--selftest", "--json", wait=False, JUPYTER_PATH=str(tmp_path))

    assert workshop.process.wait(2 * PATIENCE) == 0, workshop.err.read_text()
    results = {result["name"]: result for result in json.loads(workshop.out.read_text())["kernels"]}
    assert tuple(results)[:4] == OURS
    assert {results[name]["answer"] for name in OURS} == {"42"}
    assert results["python3"]["interpreter"] == results["analysis"]["interpreter"] == sys.executable
    assert Path(results["bash"]["interpreter"]).name == "bash"
    assert Path(results["deno"]["interpreter"]).name == "deno"
    assert all(0 < results[name]["seconds"] < 60 for name in OURS)
    zig = results["zig"]
    assert (zig["language"], zig["interpreter"], zig["answer"], zig["problem"]) == ("zig", None, None, None)
    assert results["gone"]["problem"] == "/no/such/program does not exist"
    assert "kernel.json is not JSON" in results["broken"]["problem"]
    assert not any(results[name]["ours"] for name in ("zig", "gone", "broken"))
    assert workshop.err.read_text() == ""
    assert list(workshop.home.rglob("*")) == []


@pytest.mark.slow
def test_selftest_fails_for_one_of_ours(start_workshop, tmp_path):
    """A kernel of ours that a broken spec hides fails the selftest, in one line that names it and the reason."""
    spec(tmp_path, "deno", launching("/no/such/deno", language="typescript"))

    workshop = start_workshop("--selftest", wait=False, JUPYTER_PATH=str(tmp_path))

    assert workshop.process.wait(2 * PATIENCE) == 1
    assert workshop.err.read_text() == (
        "seams: 1 of the workshop's kernels failed. deno: /no/such/deno does not exist\n"
    )
    steps = [line.split()[0] for line in workshop.lines]
    assert steps[:5] == ["work", "server", "kernels", "stop", "kernel"]
    assert steps[5:9] == ["python3", "bash", "deno", "analysis"]
    assert workshop.url is None


@pytest.mark.slow
def test_selftest_never_hangs(own_checkout, tmp_path, monkeypatch, capsys):
    """A kernel that dies at once, and one that never answers, are given up in time and leave no process."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setattr(selftest, "KERNEL_SECONDS", 25)
    monkeypatch.setattr(selftest, "GOODBYE_SECONDS", 5)
    config = own_checkout.state / "config"
    config.mkdir(parents=True)
    # Five deaths, each seen three seconds after the last, are nearly as long as that.
    (config / "jupyter_server_config.py").write_text("c.KernelRestarter.time_to_dead = 0.5\n")
    spec(tmp_path, "dies", launching("/bin/sh", "-c", "echo oops; exit 3"))
    spec(tmp_path, "hangs", launching("/bin/sh", "-c", "sleep 7007; :"))

    code = selftest.selftest(own_checkout, as_json=True)

    results = {result["name"]: result["problem"] for result in json.loads(capsys.readouterr().out)["kernels"]}
    assert code == 0
    assert results["dies"].startswith("it died as often as it was started")
    assert results["hangs"].startswith("it did not answer within 25 s")
    assert sleeping("7007") == []
