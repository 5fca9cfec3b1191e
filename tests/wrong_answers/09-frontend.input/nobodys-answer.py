class FrontEnd:
    def answer(self, question):
        value = self.ask(question["content"]["prompt"], question["content"]["password"])
        self.send("stdin", "input_reply", {"value": value})
