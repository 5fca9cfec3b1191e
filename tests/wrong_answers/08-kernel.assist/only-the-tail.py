class Kernel:
    def history(self, request):
        found = self.shell.history[-request.content.get("n", 10) :]
        return {"history": [[0, cell[0], list(cell[1:]) if request.content["output"] else cell[1]] for cell in found]}
