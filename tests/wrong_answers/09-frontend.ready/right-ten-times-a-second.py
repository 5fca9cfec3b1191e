class FrontEnd:
    def wait_until_ready(self):
        heard, begun = set(), time.monotonic()
        while not {"shell", "iopub"} <= heard:
            self.send("shell", "kernel_info_request", {})
            time.sleep(0.1)
            heard |= {channel for channel, _ in self.receive(seconds=0)}
            if time.monotonic() - begun > START_SECONDS:
                raise KernelError("no answer")
