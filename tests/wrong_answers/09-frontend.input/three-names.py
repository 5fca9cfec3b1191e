class FrontEnd:
    def connect(self):
        for channel, kind in CHANNELS.items():
            each = self.sockets[channel] = self.context.socket(kind)
            each.linger = 0
            each.connect(f"ipc://{self.connection['ip']}-{self.connection[channel + '_port']}")
        self.sockets["iopub"].subscribe(b"")
