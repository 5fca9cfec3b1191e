class FrontEnd:
    def wait_until_ready(self):
        self.send("shell", "kernel_info_request", {})
        deadline = time.monotonic() + START_SECONDS
        while not any(channel == "shell" for channel, _ in self.receive(seconds=1)):
            if time.monotonic() > deadline:
                raise KernelError("no answer")
