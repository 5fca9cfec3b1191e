class Kernel:
    def complete(self, request):
        cursor = request.content["cursor_pos"]
        return {"metadata": {}, **self.shell.complete(request.content["code"][:cursor], cursor)}

    def inspect(self, request):
        code, cursor = request.content["code"], request.content["cursor_pos"]
        line = code[:cursor].rpartition("\n")[2] + code[cursor:].partition("\n")[0]
        data = self.shell.inspect(line, len(code[:cursor].rpartition("\n")[2]))
        return {"found": data != {}, "data": data, "metadata": {}}

    def history(self, request):
        asked = request.content
        kind, found = asked["hist_access_type"], []
        for number, code, output in reversed(self.shell.history):
            if kind == "range" and not asked["start"] <= number < asked["stop"]:
                continue
            if kind == "search" and not fnmatch.fnmatch(code, asked["pattern"]):
                continue
            if kind == "search" and asked.get("unique") and code in [each[1] for each in found]:
                continue
            if kind == "range" or len(found) < asked.get("n", sys.maxsize):
                found.append((number, code, output))
        made = [[0, number, (code, output) if asked["output"] else code] for number, code, output in found]
        return {"history": made[::-1]}
