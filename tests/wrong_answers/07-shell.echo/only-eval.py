class Shell:
    def run(self, source, filename):
        return eval(source, self.names)
