class Shell:
    def is_complete(self, code):
        last = code.split("\n")[-1]
        indent = last[: len(last) - len(last.lstrip())]
        try:
            compiled = codeop.compile_command(code, "a cell", "exec")
        except (SyntaxError, ValueError, OverflowError):
            return {"status": "invalid"}
        if compiled is None or (indent and last.strip()):
            return {"status": "incomplete", "indent": indent + "    " * last.rstrip().endswith(":")}
        return {"status": "complete"}
