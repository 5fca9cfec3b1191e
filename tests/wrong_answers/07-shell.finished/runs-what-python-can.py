class Shell:
    def is_complete(self, code):
        try:
            compiled = codeop.compile_command(self.to_python(code), "a cell", "exec")
        except (SyntaxError, ValueError, OverflowError):
            return {"status": "invalid"}
        last = code.split("\n")[-1]
        indent = last[: len(last) - len(last.lstrip())]
        if compiled is None:
            return {"status": "incomplete", "indent": indent + "    " * last.rstrip().endswith(":")}
        return {"status": "complete"}
