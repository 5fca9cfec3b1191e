@register_line_magic
def clap(line):
    return line.replace(" ", " 👏 ")
