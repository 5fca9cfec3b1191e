class Shell:
    def to_python(self, code):
        lines = code.split("\n")
        while True:
            try:
                ast.parse("\n".join(lines))
                return "\n".join(lines)
            except SyntaxError as error:
                at = error.lineno - 1
                if line_to_python(lines[at]) == lines[at]:
                    return "\n".join(lines)
                lines[at] = line_to_python(lines[at])
