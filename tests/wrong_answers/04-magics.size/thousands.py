from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


@register_line_magic
@magic_arguments()
@argument("-u", "--unit", choices=UNITS, default="KiB")
@argument("-d", "--digits", type=int, default=1)
@argument("count", type=int)
def size(line):
    given = parse_argstring(size, line)
    factor = {"B": 1, "KiB": 1000, "MiB": 1000**2, "GiB": 1000**3}[given.unit]
    return round(given.count / factor, given.digits)
