class FrontEnd:
    def execute(self, code):
        request, reply = (
            self.send("shell", "execute_request", {"code": code, "silent": False, "allow_stdin": True}),
            None,
        )
        while True:
            for channel, message in self.receive(seconds=1):
                if message["parent_header"].get("msg_id") != request:
                    continue
                if channel == "shell":
                    reply = message["content"]
                elif message["content"].get("execution_state") == "idle":
                    return reply
                elif message["header"]["msg_type"] != "status":
                    self.show(message["header"]["msg_type"], message["content"])
