def to_python(line):
    if line.startswith("!"):
        return f"get_ipython().system({line[1:]!r})"
    if line.startswith("%"):
        name, rest = line[1:].split(" ", 1)
        return f"get_ipython().run_line_magic({name!r}, {rest!r})"
    return line
