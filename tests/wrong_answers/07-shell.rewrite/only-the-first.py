class Shell:
    def to_python(self, code):
        first, newline, rest = code.partition("\n")
        return line_to_python(first) + newline + rest
