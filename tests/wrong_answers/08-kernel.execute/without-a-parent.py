class Printed:
    def write(self, text):
        self.kernel.wire.say(self.name, text, None)
        return len(text)
