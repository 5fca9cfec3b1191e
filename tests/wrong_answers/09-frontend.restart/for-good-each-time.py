class FrontEnd:
    def restart(self):
        self.end(restart=False)
        self.launch()
        self.connect()
        self.wait_until_ready()
