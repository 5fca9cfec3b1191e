class Shell:
    def to_python(self, code):
        return "\n".join(line_to_python(line) for line in code.split("\n"))
