class Shell:
    def complete(self, code, cursor_pos):
        word = re.search(r"(?:%%?)?[\w.]*$", code[:cursor_pos])[0]
        owner, dot, beginning = word.rpartition(".")
        names = (
            dir(self.look_up(owner)) if dot and owner in self.names else [*self.names, *dir(builtins), *keyword.kwlist]
        )
        matches = {name[len(beginning) :] for name in names if name.startswith(beginning)}
        return {"matches": sorted(matches), "cursor_start": cursor_pos - len(word), "cursor_end": cursor_pos}
