@register_line_magic
def clap(line):
    print(" 👏 ".join(line.split()))
