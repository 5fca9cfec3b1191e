class Shell:
    def begin(self, code):
        self.names["In"].append(code)

    def remember(self, number, value):
        self.execution_count += 1
        self.names["__"], self.names["_"] = self.names["_"], value
        self.names["Out"][number] = value
