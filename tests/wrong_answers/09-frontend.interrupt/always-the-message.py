class FrontEnd:
    def interrupt(self):
        self.send("control", "interrupt_request", {})
