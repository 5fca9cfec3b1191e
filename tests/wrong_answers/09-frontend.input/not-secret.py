class FrontEnd:
    def answer(self, question):
        self.send("stdin", "input_reply", {"value": self.ask(question["content"]["prompt"], False)}, question["header"])
