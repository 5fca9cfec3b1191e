import io
from contextlib import redirect_stdout

from IPython.core.interactiveshell import InteractiveShell


def in_python(source):
    printed, exception = io.StringIO(), None
    with redirect_stdout(printed):
        try:
            exec(compile(source, "<snippet>", "single"), {})
        except Exception as error:
            exception = type(error).__name__
    return {"stdout": printed.getvalue(), "exception": exception}


def in_ipython(source):
    printed = io.StringIO()
    with redirect_stdout(printed):
        result = InteractiveShell.instance().run_cell(source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    return {"stdout": printed.getvalue(), "exception": type(error).__name__ if error else None}
