@register_cell_magic
def shout(line, cell):
    return "\n".join(text.upper() + "!" for text in cell.splitlines() if text.strip())
