class Shell:
    def find_magic(self, kind, sign, name):
        return self.magics[kind][name]
