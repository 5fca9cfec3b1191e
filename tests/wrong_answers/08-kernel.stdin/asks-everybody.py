class Kernel:
    def ask(self, prompt="", password=False):
        self.wire.publish("input_request", {"prompt": prompt, "password": password}, self.request)
        return self.inputs.get().content["value"]
