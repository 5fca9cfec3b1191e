class Shell:
    def magic(self, kind):
        def register(function):
            self.magics[kind][function.__name__] = function

        return register
