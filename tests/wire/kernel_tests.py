"""Run jupyter_kernel_test against kernels and say what came of each test: `kernel_tests.py LANGUAGE NAME...`.

Prints one JSON object: for each kernel NAME, `ok`, `failed` or `skipped` by test.
"""

import json
import sys
import unittest

import jupyter_kernel_test

# A noisy machine is slow to answer, and this is about what is answered; a kernel that does not costs this long.
PATIENCE = 10

SAMPLES = {
    "python": {
        "file_extension": ".py",
        "code_hello_world": "print('hello, world')",
        "code_stderr": "import sys; print('test', file=sys.stderr)",
        "completion_samples": [{"text": "zi", "matches": {"zip"}}],
        "complete_code_samples": ["1", "print('hello')"],
        "incomplete_code_samples": ["print('''hello", "def f(x):"],
        "invalid_code_samples": ["import = 7q"],
        "code_page_something": "zip?",
        "code_generate_error": "raise ValueError('no')",
        "code_execute_result": [{"code": "1+2+3", "result": "6"}],
        "code_display_data": [
            {"code": "from IPython.display import HTML, display\ndisplay(HTML(1))", "mime": "text/html"}
        ],
        "code_history_pattern": "1?2*",
        "supported_history_operations": ("tail", "search"),
        "code_inspect_sample": "zip",
        "code_clear_output": "from IPython.display import clear_output; clear_output()",
        "support_iopub_welcome": True,
    },
    "bash": {
        "file_extension": ".sh",
        "code_hello_world": "echo 'hello, world'",
        "code_stderr": "echo test >&2",
        "completion_samples": [{"text": "ech", "matches": {"echo"}}],
        "complete_code_samples": ["echo 1"],
        "incomplete_code_samples": ["for i in"],
        "invalid_code_samples": ["fi"],
        "code_generate_error": "false",
        "code_execute_result": [{"code": "expr 1 + 2", "result": "3"}],
        "code_history_pattern": "1?2*",
        "supported_history_operations": ("tail",),
        "code_inspect_sample": "echo",
        "support_iopub_welcome": True,
    },
    "typescript": {
        "file_extension": ".ts",
        "code_hello_world": "console.log('hello, world')",
        "code_stderr": "console.error('test')",
        "completion_samples": [{"text": "Den", "matches": {"Deno"}}],
        "complete_code_samples": ["1"],
        "incomplete_code_samples": ["function f() {"],
        "invalid_code_samples": ["let = 7q"],
        "code_generate_error": "throw new Error('no')",
        "code_execute_result": [{"code": "1+2+3", "result": "6"}],
        "code_inspect_sample": "Deno",
    },
    "R": {
        "file_extension": ".r",
        "code_hello_world": "cat('hello, world\\n')",
        "code_stderr": "message('test')",
        "completion_samples": [{"text": "zi", "matches": {"zip"}}],
        "complete_code_samples": ["1"],
        "incomplete_code_samples": ["f <- function(x) {"],
        "invalid_code_samples": ["1 <- <- 2"],
        "code_generate_error": "stop('no')",
        "code_execute_result": [{"code": "1+2+3", "result": "[1] 6"}],
        "code_display_data": [{"code": "IRdisplay::display_html('x')", "mime": "text/html"}],
        "code_inspect_sample": "print",
    },
}


class KernelTests(jupyter_kernel_test.KernelTests):
    """The tests, which for some replies would wait for ever."""

    def get_non_kernel_info_reply(self, timeout=None):
        return super().get_non_kernel_info_reply(timeout or PATIENCE)


def outcomes(language, name):
    """What came of each test for the kernel `name`."""
    jupyter_kernel_test.TIMEOUT = PATIENCE
    bases = (KernelTests, jupyter_kernel_test.IopubWelcomeTests)  # the second is skipped where there is no welcome
    found = {}
    for base in bases:
        attributes = {**SAMPLES[language], "kernel_name": name, "language_name": language}
        if language in ("bash", "R"):
            attributes["language_name"] = {"bash": "bash", "R": "R"}[language]
        suite = unittest.defaultTestLoader.loadTestsFromTestCase(type(base.__name__, (base,), attributes))
        tests = {test.id().rpartition(".")[2]: "ok" for test in suite}
        result = unittest.TestResult()
        suite.run(result)
        for kind, listed in (("skipped", result.skipped), ("failed", result.failures), ("failed", result.errors)):
            tests |= {test.id().rpartition(".")[2]: kind for test, _ in listed}
        found |= {f"{base.__name__}.{test}": outcome for test, outcome in tests.items()}
    return found


if __name__ == "__main__":
    print(json.dumps({name: outcomes(sys.argv[1], name) for name in sys.argv[2:]}, indent=1))
