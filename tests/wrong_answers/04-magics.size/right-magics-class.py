from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


@magics_class
class Sizes(Magics):
    @magic_arguments()
    @argument("count", type=float)
    @argument("--unit", "-u", choices=list(UNITS), default="KiB")
    @argument("--digits", "-d", type=int, default=1)
    @line_magic
    def size(self, line):
        given = parse_argstring(self.size, line)
        return round(given.count / UNITS[given.unit], given.digits)


get_ipython().register_magics(Sizes)
