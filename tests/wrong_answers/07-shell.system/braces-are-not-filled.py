class Shell:
    def getoutput(self, command):
        return subprocess.run(command, shell=True, text=True, capture_output=True).stdout.splitlines()
