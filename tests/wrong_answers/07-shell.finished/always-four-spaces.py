class Shell:
    def is_complete(self, code):
        last = code.split("\n")[-1]
        try:
            compiled = codeop.compile_command(self.to_python(code), "a cell", "exec")
        except (SyntaxError, ValueError, OverflowError):
            return {"status": "invalid"}
        if compiled is None or (last.startswith(" ") and last.strip()):
            return {"status": "incomplete", "indent": "    "}
        return {"status": "complete"}
