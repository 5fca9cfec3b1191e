class FrontEnd:
    def stop(self):
        if self.process:
            self.end(restart=False)
