class Wire:
    def welcome(self, event):
        frames = pack(self.key, self.session, "iopub_welcome", {"subscription": str(event)}, identities=[event[1:]])
        self.sockets["iopub"].send_multipart(frames)
