class FrontEnd:
    def restart(self):
        self.end(restart=True)
        self.start(self.folder.name, self.connection["transport"])
