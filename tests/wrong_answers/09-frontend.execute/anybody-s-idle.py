class FrontEnd:
    def execute(self, code):
        request = self.send("shell", "execute_request", {"code": code, "silent": False, "allow_stdin": True})
        reply, idle = None, False
        while reply is None or not idle:
            for channel, message in self.receive(seconds=1):
                msg_type, content = message["header"]["msg_type"], message["content"]
                if channel == "shell" and message["parent_header"].get("msg_id") == request:
                    reply = content
                elif msg_type == "status":
                    idle = idle or content["execution_state"] == "idle"
                elif channel == "iopub" and message["parent_header"].get("session") == self.session:
                    self.show(msg_type, content)
        return reply
