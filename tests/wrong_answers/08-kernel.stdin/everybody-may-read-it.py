class Kernel:
    def ask(self, prompt="", password=False):
        if not self.request.content.get("allow_stdin", True):
            raise RuntimeError("no questions")
        question = {"prompt": prompt, "password": False}
        self.wire.send("stdin", "input_request", question, self.request, self.request.identities)
        return self.inputs.get().content["value"]
