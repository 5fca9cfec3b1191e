class Kernel:
    def inspect(self, request):
        data = self.shell.inspect(*code_and_cursor(request.content))
        return {"found": True, "data": data, "metadata": {}}
