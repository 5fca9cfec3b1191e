import contextlib
import io


@register_cell_magic
def outside(line, cell):
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            exec(cell, {})
        except SystemExit as error:
            code = error.code
    return {"stdout": out.getvalue(), "stderr": err.getvalue(), "code": code}
