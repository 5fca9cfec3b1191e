def make_displayhook(names):
    def displayhook(value):
        if value is None:
            return
        number = len(names["In"]) - 1
        print(f"Out[{number}]: {value}")
        names["__"] = names["_"]
        names["_"] = value
        names["Out"][number] = value

    return displayhook
