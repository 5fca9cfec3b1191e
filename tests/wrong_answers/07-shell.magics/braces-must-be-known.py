class Shell:
    def fill_in(self, line):
        return line.format(**self.names)
