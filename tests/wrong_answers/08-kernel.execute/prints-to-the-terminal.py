class Printed:
    def write(self, text):
        return sys.__stdout__.write(text)
