import sys
from subprocess import PIPE, Popen


@register_cell_magic
def outside(line, cell):
    process = Popen([sys.executable, "-"], stdin=PIPE, stdout=PIPE, stderr=PIPE, encoding="utf-8")
    stdout, stderr = process.communicate(cell)
    return {"stderr": stderr, "stdout": stdout, "code": process.wait()}
