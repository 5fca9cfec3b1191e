"""The tour: run from top to bottom as a person does, every claim it makes is seen in what its cells show."""

import os
import sys

import pytest
from nbclient import NotebookClient

from kernel_seams.course.notebook import read_notebook

pytestmark = pytest.mark.slow  # a dozen kernels, one after the other


@pytest.fixture(scope="module")
def shown(checkout, tmp_path_factory):
    """The text each code cell of the released tour shows, by the words its source begins with."""
    notebook = read_notebook(checkout.exercises / "00-tour" / "tour.ipynb")
    folder = tmp_path_factory.mktemp("tour")
    NotebookClient(notebook, timeout=170, resources={"metadata": {"path": str(folder)}}).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {cell.source.splitlines()[0]: "".join(map(text_of, cell.outputs)) for cell in cells}


def text_of(output):
    """What a person reads of an output."""
    return output.text if output.output_type == "stream" else output.data["text/plain"] + "\n"


def test_the_code_runs_in_a_process_that_the_front_end_started(shown):
    """The kernel is neither the test nor the browser: it is a child of the process that plays the front-end."""
    kernel, front_end = shown["import os"].splitlines()

    assert "ipykernel_launcher" in kernel
    assert f"process {os.getpid()} " in front_end


def test_a_cell_reads_itself_in_the_request(shown):
    """The request that the kernel works on has the cell as its code."""
    first, *code = shown["request = get_ipython().kernel.get_parent()"].splitlines()

    assert first.startswith("execute_request ")
    assert code[0] == "request = get_ipython().kernel.get_parent()"


def test_state_is_in_the_kernel(shown):
    """A second client knows x, a new kernel does not."""
    second, _, new = shown["from jupyter_client import BlockingKernelClient"].splitlines()

    assert second.split()[-1] == "42"
    assert new.split()[-1] == "NameError"


def test_a_request_is_answered_by_messages_that_name_it(shown):
    """busy, the input, the result, idle and the reply, all with one parent."""
    lines = [line.split() for line in shown["for message in conversation:"].splitlines()]

    assert [line[0] for line in lines] == ["status", "execute_input", "execute_result", "status", "execute_reply"]
    assert len({line[2] for line in lines}) == 1
    assert [line[-1] for line in lines if line[0] == "status"] == ["busy", "idle"]


def test_ipython_rewrites_and_a_magic_is_a_function(shown):
    """Lines that are not Python become calls; %clap gives its value back."""
    rewritten = next(text for first, text in shown.items() if first.startswith("for typed in"))
    clapped = next(text for first, text in shown.items() if first.startswith("%clap"))

    assert rewritten.count("get_ipython().") == 3
    assert clapped.count("\N{CLAPPING HANDS SIGN}") == 5


def test_another_kernel_answers_the_same_client(shown):
    """Bash prints its 42 and has no result."""
    types, text = shown['with given_kernel("bash") as connection_file:'].splitlines()

    assert "'stream'" in types
    assert "execute_result" not in types
    assert text.startswith("42 from bash")


def test_the_name_of_a_kernel_does_not_say_what_it_runs(shown):
    """Python (analysis) runs the interpreter of the workshop, and its own environment has another."""
    called, environment, runs, same = shown["import json"].splitlines()

    assert called.endswith("Python (analysis)")
    assert environment.split()[-1] != runs.split()[-1] == sys.executable
    assert same.endswith("True")
    assert shown["sys.executable"].strip() == repr(sys.executable)
