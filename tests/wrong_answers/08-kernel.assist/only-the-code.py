class Kernel:
    def history(self, request):
        return {"history": [code for _, code, _ in self.shell.history]}
