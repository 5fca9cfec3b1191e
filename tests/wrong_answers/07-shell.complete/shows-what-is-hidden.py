class Shell:
    def complete(self, code, cursor_pos):
        word = re.search(r"(?:%%?)?[\w.]*$", code[:cursor_pos])[0]
        owner, dot, beginning = word.rpartition(".")
        try:
            found = dir(self.look_up(owner)) if dot else [*self.names, *dir(builtins), *keyword.kwlist]
        except Exception:
            found = []
        # Those with two underscores are others in each version of Python.
        matches = {owner + dot + name for name in found if name.startswith(beginning) and not name.startswith("__")}
        return {"matches": sorted(matches), "cursor_start": cursor_pos - len(word), "cursor_end": cursor_pos}
