class Shell:
    def find_magic(self, kind, sign, name):
        if name not in self.magics[kind]:
            raise UsageError(f"{name} is not found")
        return self.magics[kind][name]
