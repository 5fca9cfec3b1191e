import io
from contextlib import redirect_stdout

from IPython.core.interactiveshell import InteractiveShell


def in_python(source):
    printed, exception = io.StringIO(), None
    with redirect_stdout(printed):
        try:
            exec(compile(source, "<snippet>", "exec"), {})
        except Exception as error:
            exception = type(error).__name__
    return {"stdout": printed.getvalue(), "exception": exception}


def in_ipython(source):
    printed, exception = io.StringIO(), None
    with redirect_stdout(printed):
        try:
            InteractiveShell.instance().run_cell(source, store_history=True)
        except Exception as error:
            exception = type(error).__name__
    return {"stdout": printed.getvalue(), "exception": exception}
