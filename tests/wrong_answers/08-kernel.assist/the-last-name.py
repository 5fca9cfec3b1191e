class Kernel:
    def inspect(self, request):
        code = request.content["code"]
        data = self.shell.inspect(code, len(code), request.content.get("detail_level", 0))
        return {"found": bool(data), "data": data, "metadata": {}}
