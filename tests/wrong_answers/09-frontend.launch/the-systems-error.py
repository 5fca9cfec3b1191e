class FrontEnd:
    def launch(self):
        self.log = Path(self.place.name, "log").open("w+b")
        self.process = subprocess.Popen(
            command(self.spec, self.folder, self.file),
            env=environment(self.spec),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
