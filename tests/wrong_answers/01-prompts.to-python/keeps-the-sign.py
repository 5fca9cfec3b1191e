def to_python(line):
    if line.startswith("!"):
        return f"get_ipython().system({line!r})"
    if line.startswith("%"):
        name, _, rest = line.partition(" ")
        return f"get_ipython().run_line_magic({name!r}, {rest!r})"
    return line
