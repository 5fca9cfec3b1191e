class Shell:
    def inspect(self, code, cursor_pos, detail_level=0):
        rest = re.match(r"\w*", code[cursor_pos:])[0]
        found = re.search(r"([A-Za-z_][\w.]*)(?:\([^()]*)?$", code[:cursor_pos] + rest)
        return {"text/plain": describe(found[1], self.look_up(found[1]), detail_level)}
