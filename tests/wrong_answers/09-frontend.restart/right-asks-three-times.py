class FrontEnd:
    def end(self, restart):
        self.send("control", "shutdown_request", {"restart": restart})
        for number in (None, signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                if number:
                    os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
        self.process = None
        self.log.close()
        for each in self.sockets.values():
            each.close()
