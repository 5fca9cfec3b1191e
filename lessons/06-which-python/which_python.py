# %% [markdown]
# # 06 Which Python: it imports in the terminal, and not in the notebook
#
# **Goal.** You can say which interpreter a kernel really runs and why, where a `pip` would install, and mend a kernel that runs another one than its name says.
#
# Run the cells in order with Shift+Enter; after a restart of the kernel, which forgets every name, from the top again.
# Each task ends in a folded cell, its check: run it, or click on its dots to read it.
# Stuck? `%hint 06-which-python.truth` shows one hint at a time.
#
# All that is broken here is made for you in temporary folders; nothing of your own is touched.

# %%
# %load_ext kernel_seams

# %% [markdown]
# ## Predict first
#
# Put an answer in place of each `...` before you run anything below.
# Nothing is scored on being right: at the end of the next section your answers stand beside what happened.

# %%
prediction = {
    "the kernel called Python (analysis) runs the environment that is meant": ...,  # True or False
    "activating an environment changes the interpreter of a kernel that runs": ...,  # True or False
    "activating it changes where `!pip install` in that kernel would install": ...,  # True or False
    "activating it changes where `%pip install` in that kernel would install": ...,  # True or False
}

# %% [markdown]
# ## Drive it
#
# Jupyter starts a kernel by running the list `argv` of its `kernel.json`.
# Nothing else decides which Python that is: not the name on the button, not the environment you activated, not the folder the notebook is in.
#
# ```mermaid
# flowchart LR
#     button["the button<br/>Python (analysis)"] --> spec["kernel.json<br/>display_name, <b>argv</b>, env"]
#     spec -- "argv[0]" --> python["an interpreter<br/>sys.executable"]
#     python -- "its place" --> prefix["an environment<br/>sys.prefix"]
#     prefix --> packages["its packages<br/>what import finds, where %pip installs"]
# ```
#
# Here is one where the two ends do not meet: an environment `meant` that holds a package, and a kernel *Python (analysis)* that is meant to run it.

# %%
import json
import tempfile
from pathlib import Path

from kernel_seams.course import setups

folder = tempfile.TemporaryDirectory()
mismatch = setups.make("other", folder.name)
spec = Path(mismatch["jupyter_path"][0], "kernels", mismatch["name"], "kernel.json")
print(spec.read_text())
print("meant:  ", mismatch["meant"])
print("module: ", mismatch["module"])

# %% [markdown]
# One function asks a live kernel: it runs `code` there and gives back what was printed.
# It is nothing but a client of the connection file, as in lesson 02.

# %% nbgrader={"grade_id": "run", "locked": true}
from jupyter_client import BlockingKernelClient


def run(connection_file, code):
    """What `code` prints in the kernel of that connection file, or the name of the exception it ends in."""
    client = BlockingKernelClient(connection_file=str(connection_file))
    client.load_connection_file()
    client.start_channels(hb=False)  # on a busy machine a late heartbeat would pass for a dead kernel
    heard = []
    try:
        client.wait_for_ready(timeout=60)
        client.execute_interactive(code, output_hook=heard.append, timeout=60)
    finally:
        client.stop_channels()
    return "".join(message["content"].get("text") or message["content"].get("ename", "") for message in heard)


# %% [markdown]
# The same questions to the terminal where `meant` is activated, to the kernel, and to the kernel once `meant` has been activated there too.
# Activation is no more than two variables, `PATH` and `VIRTUAL_ENV`.

# %%
import os
import re
import subprocess

from kernel_seams.course.kernels import given_kernel

module = mismatch["module"]
meant = Path(mismatch["meant"]).parent.parent
QUESTIONS = {  # what is asked: how in a terminal, how in a cell
    "sys.executable": ("python -c 'import sys; print(sys.executable)'", "import sys; print(sys.executable)"),
    "which python": ("command -v python", "!command -v python"),
    "pip": ("pip --version", "!pip --version"),
    "%pip": ("python -m pip --version", "%pip --version"),
    "import": (f"python -c 'import {module}; print(\"works\")'", f"import {module}; print('works')"),
}


def in_terminal(commands):
    """What each of `commands` prints in a shell where `meant` is activated."""
    line = f'. "{meant}/bin/activate"; ' + "; echo --; ".join(commands)
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True).stdout.split("--\n")


def in_kernel(connection_file, cells):
    """What each of `cells` prints in the kernel."""
    return run(connection_file, "\nprint('--')\n".join(cells)).replace("\r", "").split("--\n")


def brief(answer):
    """The first line, paths from our folder on; of pip, the environment it installs into."""
    line = re.sub(r"^pip \S+ from (.*)/lib/.*", r"\1", (answer.strip() or "(nothing)").splitlines()[0])
    return setups.short(line, folder.name)


def told(answers):
    """Each question with the short form of its answer."""
    return dict(zip(QUESTIONS, map(brief, answers)))


commands, cells = zip(*QUESTIONS.values())
terminal = told(in_terminal(commands))
with given_kernel(mismatch["name"], folder_of_specs=spec.parent.parent) as connection_file:
    kernel = told(in_kernel(connection_file, cells))
    path = in_terminal(["echo $PATH"])[0].strip()
    run(connection_file, f"import os; os.environ.update(PATH={path!r}, VIRTUAL_ENV={str(meant)!r})")
    after = told(in_kernel(connection_file, cells))

print(f"{'':16}{'terminal, activated':22}{'kernel':36}kernel, activated")
for fact in QUESTIONS:
    print(f"{fact:16}{terminal[fact]:22}{kernel[fact]:36}{after[fact]}")

# %% [markdown]
# Your answers beside what happened:

# %%
from kernel_seams.course import check

check.compare(
    prediction,
    {
        "the kernel called Python (analysis) runs the environment that is meant": kernel["sys.executable"].startswith(
            "meant"
        ),
        "activating an environment changes the interpreter of a kernel that runs": kernel["sys.executable"]
        != after["sys.executable"],
        "activating it changes where `!pip install` in that kernel would install": kernel["pip"] != after["pip"],
        "activating it changes where `%pip install` in that kernel would install": kernel["%pip"] != after["%pip"],
    },
)

# %% [markdown]
# `!` starts a shell, and a shell goes by `PATH`.
# `%pip` runs `-m pip` under the interpreter that runs the cell, so it installs where the next `import` looks.

# %% [markdown]
# ## Task 1: ask a kernel the truth
#
# Three values tell where you are, and only the kernel itself can give them:
#
# - `executable`: the interpreter that runs the cells
# - `prefix`: the environment it belongs to
# - `packages`: the folder where its `%pip` installs, which `sysconfig.get_path("purelib")` names
#
# **The check** gives you a kernel that was started while another environment was activated, so that `PATH` and `VIRTUAL_ENV` name the wrong one.
# **Not asked:** kernels of another language.


# %% nbgrader={"grade_id": "truth", "solution": true}
def truth(connection_file):
    """What the kernel says of itself: a dict with "executable", "prefix" and "packages", all str."""
    # TODO: Ask the kernel with `run(connection_file, code)` for the three values, and return them as a dict.
    ### BEGIN SOLUTION
    code = """
import json, sys, sysconfig
print(json.dumps({"executable": sys.executable, "prefix": sys.prefix, "packages": sysconfig.get_path("purelib")}))
"""
    return json.loads(run(connection_file, code))
    ### END SOLUTION


# %%
with given_kernel() as connection_file:
    print("a kernel like this notebook's:", truth(connection_file))

# %% nbgrader={"grade": true, "grade_id": "truth-check"}
# The check of task 1: run this cell.
import tempfile

from kernel_seams.course import check, setups
from kernel_seams.course.kernels import given_kernel


def check_truth(name):
    with tempfile.TemporaryDirectory() as folder:
        setup = setups.make("sound", folder, name, activated=True)
        with given_kernel(name, folder_of_specs=f"{folder}/first/kernels") as connection_file:
            check.call(
                lambda: setups.short(truth(str(connection_file)), folder),
                expected={
                    "executable": "meant/bin/python",
                    "prefix": "meant",
                    "packages": "meant/lib/python3.N/site-packages",
                },
                where="truth(connection_file) of a kernel of the environment `meant`, started while `other` was activated",
                next_step="Run your code in a cell of this notebook first: does it print each of the three values?",
                mistakes=[
                    (
                        lambda got: any("THIS-NOTEBOOK'S" in value for value in got.values()),
                        "This is the kernel of this notebook. The question has to run in the other one: pass it to `run` as text.",
                    ),
                    (
                        lambda got: got["executable"].startswith("other"),
                        "`which` searches PATH, which says what was activated. Ask the interpreter itself: `sys.executable`.",
                    ),
                    (
                        lambda got: got["prefix"] == "other",
                        "VIRTUAL_ENV says what was activated, not what runs. Ask the interpreter itself: `sys.prefix`.",
                    ),
                    (
                        lambda got: any(value != value.strip() for value in got.values()),
                        "`print` ends its line with a line break: take it off with `.strip()`.",
                    ),
                    (
                        lambda got: (
                            set(got) == {"executable", "prefix", "packages"}
                            and not got["packages"].endswith("-packages")
                        ),
                        "`sysconfig.get_path('purelib')`, asked in the kernel, names the folder of its packages.",
                    ),
                ],
            )


check_truth("analysis")
check.passed("truth")
### BEGIN HIDDEN TESTS
check_truth(f"k{check.words(1)[0]}")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: where a pip would install
#
# You type `pip install ...` in a terminal. The shell takes the first `pip` on `PATH`, and that one is a script of one environment.
# It tells which: `pip --version` prints its own place,
#
#     pip 26.0 from /home/ada/meant/lib/python3.13/site-packages/pip (python 3.13)
#
# and it installs beside itself.
#
# **The check** gives you a `PATH` of three environments of which the first has a `python` and no `pip`.
# **Not asked:** a `PATH` without a `pip`, options of pip such as `--user`.

# %% nbgrader={"grade_id": "pip", "solution": true}
import shutil
import subprocess


def pip_target(path):
    """The folder where `pip install` would put packages in a terminal whose PATH is `path`."""
    # TODO: Find the pip that such a terminal would run (`shutil.which` takes a path), ask it, return the folder as str.
    ### BEGIN SOLUTION
    pip = shutil.which("pip", path=path)
    said = subprocess.run([pip, "--version"], capture_output=True, text=True, check=True).stdout
    beside_itself = said.split(" from ")[1].rsplit(" (python", 1)[0]
    return str(Path(beside_itself).parent)
    ### END SOLUTION


# %%
print(pip_target(f"{meant}/bin"))

# %% nbgrader={"grade": true, "grade_id": "pip-check"}
# The check of task 2: run this cell.
import os
import tempfile
from pathlib import Path

from kernel_seams.course import check, setups


def check_pip(order):
    with tempfile.TemporaryDirectory() as folder:
        places = [setups.environment(Path(folder).resolve() / name).parent for name in order]
        (places[0] / "pip").unlink()
        check.call(
            lambda: setups.short(pip_target(os.pathsep.join(map(str, places))), folder),
            expected=f"{order[1]}/lib/python3.N/site-packages",
            where=f"pip_target('{':'.join(f'{name}/bin' for name in order)}'), no pip in {order[0]}/bin",
            next_step="Print the pip you found and the whole line that it prints, and cut it where the folder begins and ends.",
            mistakes=[
                (
                    lambda got: "THIS-NOTEBOOK'S" in got,
                    "This is where this notebook's `%pip` installs. A terminal goes by its PATH, here by `path`.",
                ),
                (
                    lambda got: got.endswith("/pip"),
                    "This is pip itself; it installs beside itself, into the folder around it.",
                ),
                (
                    lambda got: "/bin" in got,
                    "Here lies the script. What it installs goes to where its package lies: run it with `--version`.",
                ),
                (
                    lambda got: got.startswith(order[0]),
                    "You asked the first `python`. A terminal runs the first `pip`, and the two need not be of one environment.",
                ),
                (
                    lambda got: got.startswith(order[2]),
                    "The first `pip` on the PATH is the one that runs, not the last.",
                ),
            ],
        )


check_pip(["plain", "meant", "other"])
check.passed("pip_target")
### BEGIN HIDDEN TESTS
check_pip(["x" + word for word in check.words(3)])
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: name the cause
#
# Six things go wrong between a button and an import. Here they are, each made live, beside a set-up that is sound:

# %% nbgrader={"grade_id": "look", "locked": true}
PROBE = """
import importlib.util, json, site, sys
found = importlib.util.find_spec(sys.argv[1])
has_ipykernel = importlib.util.find_spec("ipykernel") is not None
print(json.dumps([has_ipykernel, found and found.origin, site.getusersitepackages()]))
"""


def look(setup):
    """What there is to be seen of a set-up, without starting its kernel."""
    places = [Path(folder, "kernels", setup["name"], "kernel.json") for folder in setup["jupyter_path"]]
    specs = [json.loads(place.read_text()) for place in places if place.is_file()]
    python, env = specs[0]["argv"][0], specs[0].get("env", {})
    facts = {
        "meant": setup["meant"],  # the interpreter that this kernel is meant to run
        "launches": [spec["argv"][0] for spec in specs],  # each kernel.json of this name; Jupyter takes the first
        "exists": Path(python).exists(),
        "PYTHONPATH": env.get("PYTHONPATH"),
        "ipykernel": None,
        "module": None,  # the file that `import` finds
        "user site": None,
    }
    if facts["exists"]:
        environment = {**os.environ, **setup["variables"], **env}
        command = [python, "-c", PROBE, setup["module"]]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        facts["ipykernel"], facts["module"], facts["user site"] = json.loads(done.stdout)
    return facts


# %%
for word, meaning in setups.CAUSES.items():
    with tempfile.TemporaryDirectory() as place:
        facts = setups.short(look(setups.make(word, place)), place)
    print(f"{word}: {meaning}")
    for fact, value in facts.items():
        print(f"    {fact:11} {value}")

# %% [markdown]
# **The check** makes one set-up of each kind anew, takes `look(setup)` and asks for its word.
# **Not asked:** two faults at once.


# %% nbgrader={"grade_id": "cause", "solution": true}
def cause(facts):
    """The word of `setups.CAUSES` for a set-up that looks so."""
    # TODO: Return the word. Go by what happens, not by what is merely there: the sound one has a second kernel.json and a PYTHONPATH too.
    ### BEGIN SOLUTION
    first, *hidden = facts["launches"]
    if first != facts["meant"]:
        return "hidden" if facts["meant"] in hidden else "other"
    if not facts["exists"]:
        return "gone"
    if not facts["ipykernel"]:
        return "ipykernel"
    environment = Path(facts["meant"]).parent.parent
    if Path(facts["module"]).is_relative_to(environment):
        return "sound"
    return "user site" if Path(facts["module"]).is_relative_to(facts["user site"]) else "PYTHONPATH"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "cause-check"}
# The check of task 3: run this cell.
import tempfile

from kernel_seams.course import check, setups


def check_cause(word):
    with tempfile.TemporaryDirectory() as folder:
        facts = look(setups.make(word, folder, f"k{check.words(1)[0]}"))
        check.call(
            cause,
            facts,
            expected=word,
            where=f"cause(look(setup)), a set-up that was made so: {setups.CAUSES[word]}",
            next_step="Look at the facts of this kind in the list above: which of them tells it from all the others?",
            mistakes=[
                (
                    lambda got: got == "hidden" and word == "sound",
                    "A second kernel.json does no harm while the first one launches what is meant.",
                ),
                (
                    lambda got: got == "PYTHONPATH" and word == "sound",
                    "A PYTHONPATH does no harm by itself. Where does `module` lie?",
                ),
                (
                    lambda got: got == "other" and word == "hidden",
                    "The first one is of another environment because it was found first: what do the others in `launches` name?",
                ),
                (
                    lambda got: got == "sound" and word == "user site",
                    "The import works and the file is not of the environment that is meant: compare `module` with `user site`.",
                ),
                (
                    lambda got: facts["module"] is None and got.kind in ("TypeError", "AttributeError"),
                    "Where the interpreter is not there, nothing could be asked and `module` is None: ask for `exists` before it.",
                ),
                (
                    lambda got: isinstance(got, str) and got not in setups.CAUSES,
                    "That is none of the words: " + ", ".join(setups.CAUSES) + ".",
                ),
            ],
        )


for word in setups.CAUSES:
    check_cause(word)
check.passed("cause")
### BEGIN HIDDEN TESTS
for word in check.fresh.sample(list(setups.CAUSES), k=len(setups.CAUSES)):
    check_cause(word)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: repair a kernelspec
#
# What is wrong stands in `kernel.json`, so it is mended there: the interpreter in `argv[0]`, and no `PYTHONPATH`.
# The options behind `argv[0]`, the other variables and all other keys are somebody's reasons: they stay.
#
# **The check** asks for several specs, with options, with variables and without `env`.
# **Not asked:** whether the interpreter has ipykernel.


# %% nbgrader={"grade_id": "repair", "solution": true}
def repair(spec, interpreter):
    """The content of a kernel.json, a dict, made to launch `interpreter` (str) without a PYTHONPATH."""
    # TODO: Return a dict like `spec`, with `interpreter` as it is in argv[0] and without PYTHONPATH in "env", if there is an "env".
    ### BEGIN SOLUTION
    mended = {**spec, "argv": [interpreter, *spec["argv"][1:]]}
    if "env" in spec:
        mended["env"] = {name: value for name, value in spec["env"].items() if name != "PYTHONPATH"}
    return mended
    ### END SOLUTION


# %%
repair(json.loads(spec.read_text()), mismatch["meant"])

# %% nbgrader={"grade": true, "grade_id": "repair-check"}
# The check of task 4: run this cell.
import tempfile
from pathlib import Path

from kernel_seams.course import check, setups


def check_repair(spec):
    with tempfile.TemporaryDirectory() as folder:
        # An interpreter as `venv` makes it: a link in bin/, whose place says which environment it is.
        root = Path(folder).resolve()
        python = root / "meant" / "bin" / "python"
        python.parent.mkdir(parents=True)
        (root / "system-python").touch(mode=0o755)
        python.symlink_to(root / "system-python")
        expected = {**spec, "argv": ["meant/bin/python", *spec["argv"][1:]]}
        if "env" in spec:
            expected["env"] = {name: value for name, value in spec["env"].items() if name != "PYTHONPATH"}
        check.call(
            lambda given: setups.short(repair(given, str(python)), folder),
            spec,
            expected=expected,
            where=f"repair({spec}, 'meant/bin/python')",
            next_step="Call `repair` on this spec in a cell of its own and compare the two dicts, key by key.",
            mistakes=[
                (
                    lambda got: got["argv"][0] == "system-python",
                    "You followed the link. The place of the link is what makes it this environment: keep the path as it is.",
                ),
                (
                    lambda got: got["argv"] == expected["argv"][:1],
                    "`argv` is the whole command: what stands behind the interpreter belongs to it.",
                ),
                (
                    lambda got: got["argv"][0] == expected["argv"][0] and got["argv"] != expected["argv"],
                    "Only the interpreter changes: the options behind it are there for a reason.",
                ),
                (
                    lambda got: "PYTHONPATH" in got.get("env", {}),
                    "PYTHONPATH is still there: it goes before the environment's own packages, whatever the interpreter.",
                ),
                (
                    lambda got: set(got.get("env", {})) < set(expected.get("env", {})),
                    "Only PYTHONPATH goes; the other variables stay.",
                ),
                (lambda got: got.kind == "KeyError" and "env" in got.text, "Not every kernel.json has an `env`."),
                (
                    lambda got: set(got) < set(expected),
                    "Every other key of the spec stays: `display_name`, `metadata` and what else there is.",
                ),
            ],
        )


LAUNCH = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
check_repair({"argv": ["/usr/bin/python3", *LAUNCH], "display_name": "Python (analysis)", "language": "python"})
check_repair(
    {
        "argv": ["python", "-Xfrozen_modules=off", *LAUNCH],
        "display_name": "Python (analysis)",
        "env": {"PYTHONPATH": "/opt/old", "TZ": "UTC"},
        "metadata": {"debugger": True},
    }
)
check.passed("repair")
### BEGIN HIDDEN TESTS
for count in range(3):
    words = check.words(6)
    options = [f"-X{word}" for word in words[:count]]
    check_repair(
        {"argv": [f"/{words[3]}/python", *options, *LAUNCH], words[4]: words[5], "metadata": {words[5]: count}}
    )
    check_repair(
        {"argv": ["python3", *LAUNCH], "env": {words[4]: words[5], "PYTHONPATH": f"/{words[3]}"}, words[0]: []}
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: mend a copy, and prove it
#
# `JUPYTER_PATH` names folders that Jupyter searches before all others; a kernel NAME lies there in `kernels/NAME/`.
# So a mended copy wins over the original, which stays as it is:
#
#     /home/ada/original/kernels/analysis/kernel.json, logo-svg.svg     launches another interpreter
#     /home/ada/mine/kernels/analysis/kernel.json, logo-svg.svg         found first with JUPYTER_PATH=/home/ada/mine
#
# **The check** makes a mismatch, calls `mend`, boots the kernel of the copy and imports the module there.
# It also looks whether the logo came along and the original is as it was.
# **Not asked:** a copy that is there already.


# %% nbgrader={"grade_id": "mend", "solution": true}
def mend(original, jupyter_path, interpreter):
    """Put a copy of the kernelspec folder `original` that launches `interpreter` where JUPYTER_PATH=`jupyter_path` finds it."""
    # TODO: Copy the whole folder to kernels/NAME below `jupyter_path` (NAME is the folder's own name), and repair kernel.json there. All three are str.
    ### BEGIN SOLUTION
    copy = Path(jupyter_path, "kernels", Path(original).name)
    shutil.copytree(original, copy)
    kernel_json = copy / "kernel.json"
    kernel_json.write_text(json.dumps(repair(json.loads(kernel_json.read_text()), interpreter), indent=1))
    ### END SOLUTION


# %% [markdown]
# The mismatch from the beginning, mended and booted:

# %%
with tempfile.TemporaryDirectory() as mine:
    mend(str(spec.parent), mine, mismatch["meant"])
    with given_kernel(mismatch["name"], folder_of_specs=f"{mine}/kernels") as connection_file:
        for answer in in_kernel(connection_file, [cells[0], cells[-1]]):
            print(brief(answer))

# %% nbgrader={"grade": true, "grade_id": "mend-check"}
# The check of task 5: run this cell.
import tempfile
from pathlib import Path

from kernel_seams.course import check, setups
from kernel_seams.course.kernels import given_kernel


def mended(name):
    """What there is after `mend` was called on a mismatch."""
    with tempfile.TemporaryDirectory() as folder:
        setup = setups.make("other", folder, name)
        original, mine = Path(setup["jupyter_path"][0], "kernels", name), Path(folder, "mine")
        before = {path.name: path.read_bytes() for path in original.iterdir()}
        mend(str(original), str(mine), setup["meant"])
        same = {path.name: path.read_bytes() for path in original.iterdir()} == before
        seen = {"the original": "as it was" if same else "changed"}
        if not (mine / "kernels" / name / "kernel.json").is_file():
            made = sorted(str(path.relative_to(mine)) for path in mine.rglob("*") if path.is_file())
            return seen | {"below JUPYTER_PATH": made}
        with given_kernel(name, folder_of_specs=mine / "kernels") as connection_file:
            said = run(connection_file, f"import {setup['module']}; print('works')")
        made = sorted(path.name for path in (mine / "kernels" / name).iterdir())
        return seen | {"below JUPYTER_PATH": [f"kernels/{name}/{file}" for file in made], "the import": said.strip()}


def check_mend(name):
    wanted = [f"kernels/{name}/kernel.json", f"kernels/{name}/logo-svg.svg"]
    check.call(
        mended,
        name,
        expected={"the original": "as it was", "below JUPYTER_PATH": wanted, "the import": "works"},
        where=f"mend(original, jupyter_path, interpreter) of the kernel {name!r}, then import in the kernel of the copy",
        next_step="Do it by hand with `spec.parent` from the beginning and an empty folder, and list what is there afterwards.",
        mistakes=[
            (
                lambda got: got["the original"] == "changed",
                "The original is somebody's: copy first, then write into the copy.",
            ),
            (
                lambda got: "the import" not in got and got["below JUPYTER_PATH"] == [],
                "Nothing was written below `jupyter_path`.",
            ),
            (
                lambda got: "the import" not in got,
                f"With this JUPYTER_PATH Jupyter looks for kernels/{name}/kernel.json, and for nothing else.",
            ),
            (
                lambda got: got["the import"] == "ModuleNotFoundError",
                "The copy boots, and it still launches the other interpreter: put `interpreter` into argv[0] of the copy.",
            ),
            (
                lambda got: got["below JUPYTER_PATH"] == wanted[:1],
                "Only kernel.json came along; a kernelspec is its whole folder.",
            ),
        ],
    )


check_mend("analysis")
check.passed("mend")
### BEGIN HIDDEN TESTS
check_mend(f"k{check.words(1)[0]}")
### END HIDDEN TESTS

# %% [markdown]
# ## Discussion
#
# - Ask the kernel first, every time: `import sys; sys.executable`.
#   The button, the prompt of the terminal and `!which python` are about something else.
# - A package goes into the environment of the *kernel*; so does ipykernel. JupyterLab itself may live elsewhere and needs neither.
# - `.venv/bin/python` is often a link to the system's Python. Followed to its end it is another environment:
#   Python finds its environment by the place of the link, beside `pyvenv.cfg`.
# - IPython in a terminal reads `VIRTUAL_ENV`: if it names another environment than the interpreter's,
#   IPython warns and puts that environment's packages first on `sys.path`. ipykernel leaves this step out.
#   So with one and the same interpreter `ipython` may import what a notebook does not.
# - `"python"` in `argv` without a path is replaced by the interpreter that runs *Jupyter*, whichever environment you thought of.
#
# ## Read on
#
# - `seams kernels list` shows every kernelspec of this machine, what it launches and what it hides; `seams demo 6` is this lesson in one run.
# - The workshop's own *Python (analysis)*, in the launcher of JupyterLab, has the same mismatch: find out what it runs and what it should.
# - jupyter_client documentation: *Making kernels for Jupyter*, section *Kernel specs*; Python documentation: *site*, *venv*.

# %%
folder.cleanup()
