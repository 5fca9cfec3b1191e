class FrontEnd:
    def interrupt(self):
        os.killpg(self.process.pid, signal.SIGTERM)
