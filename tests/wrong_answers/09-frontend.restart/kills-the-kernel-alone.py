class FrontEnd:
    def end(self, restart):
        self.send("control", "shutdown_request", {"restart": restart})
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        self.log.close()
        for each in self.sockets.values():
            each.close()
