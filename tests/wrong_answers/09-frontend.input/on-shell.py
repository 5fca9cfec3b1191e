class FrontEnd:
    def answer(self, question):
        value = self.ask(question["content"]["prompt"], question["content"]["password"])
        self.send("shell", "input_reply", {"value": value}, question["header"])
