def load_ipython_extension(ipython):
    def swap(line):
        first, second = line.split()
        names = globals()
        names[first], names[second] = names[second], names[first]

    ipython.register_magic_function(swap, "line")


def unload_ipython_extension(ipython):
    del ipython.magics_manager.magics["line"]["swap"]
