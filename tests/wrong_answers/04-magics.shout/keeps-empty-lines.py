@register_cell_magic
def shout(line, cell):
    return "\n".join(text.upper() + (line or "!") for text in cell.splitlines())
