class Kernel:
    def ask(self, prompt="", password=False):
        self.wire.send("stdin", "input_request", {"prompt": prompt, "password": password}, self.request)
        return self.inputs.get().content["value"]
