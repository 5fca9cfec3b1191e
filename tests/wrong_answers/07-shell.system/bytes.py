class Shell:
    def getoutput(self, command):
        return subprocess.run(self.fill_in(command), shell=True, capture_output=True).stdout.splitlines()
