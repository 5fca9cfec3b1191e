class Kernel:
    def complete(self, request):
        code, cursor = code_and_cursor(request.content)
        wide = code[: cursor - sum(ord(c) > 0xFFFF for c in code[:cursor])]
        found = self.shell.complete(code, len(wide))
        return found | {"metadata": {}}
