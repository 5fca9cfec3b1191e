@register_cell_magic
def shout(line, cell):
    return str(eval(cell)).upper() + (line or "!")
