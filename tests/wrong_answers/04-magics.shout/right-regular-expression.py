import re


@register_cell_magic
def shout(line, cell):
    found = re.findall(r"^.*\S.*$", cell, flags=re.MULTILINE)
    return "\n".join(map("{}{}".format, map(str.upper, found), [line or "!"] * len(found)))
