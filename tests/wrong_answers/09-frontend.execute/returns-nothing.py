class FrontEnd:
    def execute(self, code):
        request = self.send("shell", "execute_request", {"code": code, "silent": False, "allow_stdin": True})
        reply = idle = False
        while not (reply and idle):
            for channel, message in self.receive(seconds=1):
                msg_type = message["header"]["msg_type"]
                if message["parent_header"].get("msg_id") == request:
                    reply = reply or channel == "shell"
                    idle = idle or message["content"].get("execution_state") == "idle"
                    if channel == "iopub" and msg_type != "status":
                        self.show(msg_type, message["content"])
