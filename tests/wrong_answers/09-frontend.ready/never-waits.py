class FrontEnd:
    def wait_until_ready(self):
        deadline, waiting = time.monotonic() + START_SECONDS, {"shell", "iopub"}
        while waiting:
            if time.monotonic() > deadline:
                raise KernelError(f"the kernel did not answer within {START_SECONDS} s")
            self.send("shell", "kernel_info_request", {})
            for channel, _ in self.receive(seconds=0.002):
                waiting.discard(channel)
