class FrontEnd:
    def execute(self, code):
        self.send("shell", "execute_request", {"code": code, "silent": False, "allow_stdin": True})
        reply, idle = None, False
        while reply is None or not idle:
            for channel, message in self.receive(seconds=1):
                if channel == "shell":
                    reply = message["content"]
                elif message["header"]["msg_type"] == "status":
                    idle = idle or message["content"]["execution_state"] == "idle"
                else:
                    self.show(message["header"]["msg_type"], message["content"])
        return reply
