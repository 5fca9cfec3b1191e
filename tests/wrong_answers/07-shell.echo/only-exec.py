class Shell:
    def run(self, source, filename):
        exec(source, self.names)
