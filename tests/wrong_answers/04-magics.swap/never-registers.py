def swap(line):
    first, second = line.split()


def load_ipython_extension(ipython):
    names = ipython.user_ns


def unload_ipython_extension(ipython):
    pass
