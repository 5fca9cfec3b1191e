def to_python(line):
    if line.startswith("!"):
        return f"get_ipython().system({line[1:]!r})"
    if line.startswith("%"):
        words = line[1:].split()
        return f"get_ipython().run_line_magic({', '.join(map(repr, words))})"
    return line
