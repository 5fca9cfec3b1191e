class Kernel:
    def history(self, request):
        return {"history": [[0, number, code] for number, code, _ in self.shell.history]}
