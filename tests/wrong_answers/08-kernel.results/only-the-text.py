class Kernel:
    def evaluate(self, expressions):
        return {name: self.shell.evaluate(text)["data"]["text/plain"] for name, text in expressions.items()}
