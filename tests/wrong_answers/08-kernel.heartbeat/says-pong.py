class Wire:
    def echo(self, frames):
        self.sockets["hb"].send_multipart([*frames[:-1], b"pong"])
