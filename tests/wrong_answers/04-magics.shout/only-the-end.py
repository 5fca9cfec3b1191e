@register_cell_magic
def shout(line, cell):
    lines = [text.upper() for text in cell.splitlines() if text.strip()]
    return "\n".join(lines) + (line or "!")
