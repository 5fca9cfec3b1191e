def load_ipython_extension(ipython):
    def swap(line):
        first, second = line.split()
        names = ipython.user_ns
        names[first], names[second] = names[second], names[first]

    ipython.register_magic_function(swap, "line")


def unload_ipython_extension(ipython):
    pass
