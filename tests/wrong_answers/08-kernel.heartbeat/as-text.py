class Wire:
    def echo(self, frames):
        *front, ping = frames
        self.sockets["hb"].send_multipart([*front, ping.decode().encode()])
