class Shell:
    def system(self, command):
        reader, writer = os.pipe()
        streams = {"stdin": subprocess.DEVNULL, "stdout": writer, "stderr": writer}
        with subprocess.Popen(["/bin/sh", "-c", self.fill_in(command)], **streams) as process:
            os.close(writer)
            while data := os.read(reader, 65536):
                print(data.decode(errors="replace"), end="", flush=True)
        os.close(reader)
        self.names["_exit"] = process.returncode
