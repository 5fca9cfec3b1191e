INTERRUPT, CLOSE, RESTART, COPY, NOTHING = "interrupt", "close", "restart", "copy", "nothing"

taken_by = {
    "a loop that is running": INTERRUPT,
    "the value of x": CLOSE,
    "an imported module": RESTART,
    "the current folder, after os.chdir": RESTART,
    "the number the next cell will get": RESTART,
    "a file that a cell has written": COPY,
    "a package that %pip has installed": COPY,
    "the number shown below a cell": NOTHING,
}
