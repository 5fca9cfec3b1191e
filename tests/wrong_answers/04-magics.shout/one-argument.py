@register_cell_magic
def shout(cell):
    return "\n".join(text.upper() + "!" for text in cell.splitlines() if text.strip())
