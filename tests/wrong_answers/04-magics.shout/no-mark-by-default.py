@register_cell_magic
def shout(line, cell):
    return "\n".join(text.upper() + line for text in cell.splitlines() if text.strip())
