class Shell:
    def system(self, command):
        self.names["_exit"] = os.system(self.fill_in(command))
