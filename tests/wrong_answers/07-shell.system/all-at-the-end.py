class Shell:
    def system(self, command):
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(self.fill_in(command), shell=True, text=True, errors="replace", **streams)
        sys.stdout.write(done.stdout)
        self.names["_exit"] = done.returncode
