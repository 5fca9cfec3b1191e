class Kernel:
    def run_cell(self, code, silent, store_history):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.running = True
        return self.shell.run_cell(code, silent, store_history)
