class Shell:
    def begin(self, code):
        self.execution_count += 1
