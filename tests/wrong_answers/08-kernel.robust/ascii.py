class Printed:
    def write(self, text):
        self.kernel.wire.say(self.name, text.encode("ascii", "replace").decode(), self.kernel.request)
        return len(text)
