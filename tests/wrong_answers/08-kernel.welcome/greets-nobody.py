class Wire:
    def welcome(self, event):
        pass
