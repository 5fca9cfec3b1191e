taken_by = {
    "a loop that is running": "interrupt",
    "the value of x": "restart",
    "an imported module": "restart",
    "the current folder, after os.chdir": "restart",
    "the number the next cell will get": "restart",
    "a file that a cell has written": "copy",
    "a package that %pip has installed": "copy",
    "the number shown below a cell": "nothing",
}
