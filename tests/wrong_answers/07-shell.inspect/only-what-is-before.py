class Shell:
    def inspect(self, code, cursor_pos, detail_level=0):
        found = re.search(r"([A-Za-z_][\w.]*)(?:\([^()]*)?$", code[:cursor_pos])
        try:
            return {"text/plain": describe(found[1], self.look_up(found[1]), detail_level)} if found else {}
        except Exception:
            return {}
