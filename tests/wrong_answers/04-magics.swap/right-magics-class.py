from IPython.core.magic import Magics, line_magic, magics_class


@magics_class
class Swapping(Magics):
    @line_magic
    def swap(self, line):
        first, second = line.split()
        self.shell.push({first: self.shell.user_ns[second], second: self.shell.user_ns[first]})


def load_ipython_extension(ipython):
    ipython.register_magics(Swapping)


def unload_ipython_extension(ipython):
    ipython.magics_manager.magics["line"].pop("swap", None)
