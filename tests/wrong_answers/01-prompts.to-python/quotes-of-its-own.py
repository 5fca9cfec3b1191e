def to_python(line):
    if line.startswith("!"):
        return f"get_ipython().system('{line[1:]}')"
    if line.startswith("%"):
        name, _, rest = line[1:].partition(" ")
        return f"get_ipython().run_line_magic('{name}', '{rest}')"
    return line
