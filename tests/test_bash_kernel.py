"""The bash kernel: stock bash_kernel, started without pexpect's pause before each line."""

import os

import pytest
from jupyter_client.manager import start_new_kernel


@pytest.fixture(scope="module")
def bash():
    """A client of a running bash kernel."""
    manager, client = start_new_kernel(kernel_name="bash")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def printed(client, code):
    """What `code` prints in the kernel."""
    messages = []
    client.execute_interactive(code, timeout=60, output_hook=messages.append, allow_stdin=False)
    return "".join(message["content"]["text"] for message in messages if message["msg_type"] == "stream")


def test_it_is_the_unmodified_kernel(bash):
    """kernel_info names bash_kernel itself as the implementation."""
    content = bash.kernel_info(reply=True, timeout=60)["content"]

    assert content["implementation"] == "bash_kernel"
    assert content["language_info"]["name"] == "bash"


def test_state_and_long_cells_arrive_whole(bash):
    """Two hundred lines sent without a pause all run, in order, and their state stays."""
    cell = "\n".join(["n=0", *["n=$((n + 1)); echo $n"] * 200])

    assert printed(bash, cell).split() == [str(number) for number in range(1, 201)]
    assert printed(bash, "echo $n") == "200\n"


def test_here_documents_loops_and_functions_in_one_cell(bash):
    """Continuation prompts are answered one line at a time, as the stock kernel does."""
    cell = 'greet() {\n  cat <<END\nhello $1\nEND\n}\nfor who in a b\ndo\n  greet "$who"\ndone'

    assert printed(bash, cell) == "hello a\nhello b\n"


def test_output_without_a_newline_and_unicode(bash):
    """A last line without its newline arrives, and text beyond ASCII comes out as it went in."""
    # bash itself ends the line before its prompt: the stock kernel shows the same.
    assert printed(bash, "printf 'één ✓'").rstrip("\n") == "één ✓"


def test_a_bash_that_exits_writes_no_history(tmp_path):
    """`exit` in a cell ends the kernel's bash, which would save the cells in the home; it does not."""
    manager, client = start_new_kernel(kernel_name="bash", env={**os.environ, "HOME": str(tmp_path)})
    try:
        printed(client, "echo one\nexit 3")
        assert printed(client, "echo again").endswith("again\n")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    assert not (tmp_path / ".bash_history").exists()


def test_a_lock_that_a_killed_shell_has_left_is_not_waited_for(tmp_path):
    """A ~/.bashrc that waits as pyenv's hook does, a minute unless it is told otherwise, does not end the kernel."""
    (tmp_path / ".bashrc").write_text("[ ${PYENV_REHASH_TIMEOUT:-60} -lt 30 ] || sleep 60\nread_it=yes\n")
    variables = {name: value for name, value in os.environ.items() if name != "PYENV_REHASH_TIMEOUT"}
    manager, client = start_new_kernel(kernel_name="bash", env={**variables, "HOME": str(tmp_path)})
    try:
        assert printed(client, "echo $read_it") == "yes\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
