class Shell:
    def inspect(self, code, cursor_pos, detail_level=0):
        found = re.search(r"[\w.]+$", code[:cursor_pos] + re.match(r"\w*", code[cursor_pos:])[0])
        try:
            return {"text/plain": describe(found[0], self.look_up(found[0]), detail_level)} if found else {}
        except Exception:
            return {}
