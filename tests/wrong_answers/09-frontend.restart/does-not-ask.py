class FrontEnd:
    def end(self, restart):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        self.log.close()
        for each in self.sockets.values():
            each.close()
