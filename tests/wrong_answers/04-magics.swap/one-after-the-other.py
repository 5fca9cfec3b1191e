def load_ipython_extension(ipython):
    def swap(line):
        first, second = line.split()
        ipython.user_ns[first] = ipython.user_ns[second]
        ipython.user_ns[second] = ipython.user_ns[first]

    ipython.register_magic_function(swap, "line")


def unload_ipython_extension(ipython):
    del ipython.magics_manager.magics["line"]["swap"]
