@register_line_magic
def clap(line):
    return "".join(word + " 👏 " for word in line.split())
