def clap(line):
    return " 👏 ".join(line.split())
