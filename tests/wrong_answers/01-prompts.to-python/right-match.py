import re


def to_python(line):
    if magic := re.fullmatch(r"%(\S+) ?(.*)", line):
        return "get_ipython().run_line_magic({!r}, {!r})".format(*magic.groups())
    return re.sub(r"\A!(.*)\Z", lambda found: f"get_ipython().system({found[1]!r})", line)
