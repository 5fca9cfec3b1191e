class Wire:
    def welcome(self, event):
        if not self.seen:
            frames = pack(self.key, self.session, "iopub_welcome", {"subscription": ""}, identities=[b""])
            self.sockets["iopub"].send_multipart(frames)
