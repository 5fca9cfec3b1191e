class Kernel:
    def ask(self, prompt="", password=False):
        question = {"prompt": prompt, "password": password}
        self.wire.send("stdin", "input_request", question, self.request, self.request.identities)
        return str(self.inputs.get().content)
