def to_python(line):
    if "!" in line:
        return f"get_ipython().system({line.replace('!', '')!r})"
    if "%" in line:
        name, _, rest = line.partition("%")[2].partition(" ")
        return f"get_ipython().run_line_magic({name!r}, {rest!r})"
    return line
