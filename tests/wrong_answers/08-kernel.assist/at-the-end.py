class Kernel:
    def complete(self, request):
        code = request.content["code"]
        return self.shell.complete(code, len(code)) | {"metadata": {}}
