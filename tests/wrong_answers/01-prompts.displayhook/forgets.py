def make_displayhook(names):
    def displayhook(value):
        if value is None:
            return
        number = len(names["In"]) - 1
        print(f"Out[{number}]: {value!r}")
        __, _ = names["_"], value

    return displayhook
