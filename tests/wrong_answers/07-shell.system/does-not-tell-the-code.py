class Shell:
    def system(self, command):
        done = subprocess.run(
            self.fill_in(command), shell=True, text=True, stdin=subprocess.DEVNULL, capture_output=True
        )
        print(done.stdout + done.stderr, end="")
