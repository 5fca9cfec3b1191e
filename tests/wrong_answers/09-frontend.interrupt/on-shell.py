class FrontEnd:
    def interrupt(self):
        if self.spec["interrupt_mode"] == "message":
            self.send("shell", "interrupt_request", {})
        else:
            os.killpg(self.process.pid, signal.SIGINT)
