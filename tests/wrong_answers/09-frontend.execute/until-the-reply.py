class FrontEnd:
    def execute(self, code):
        request = self.send("shell", "execute_request", {"code": code, "silent": False, "allow_stdin": True})
        while True:
            for channel, message in self.receive(seconds=1):
                if channel == "shell":
                    return message["content"]
                if channel == "iopub" and message["header"]["msg_type"] != "status":
                    self.show(message["header"]["msg_type"], message["content"])
