def make_displayhook(names):
    def displayhook(value):
        number = len(names["In"]) - 1
        print(f"Out[{number}]: {value!r}")
        names["__"] = names["_"]
        names["_"] = value
        names["Out"][number] = value

    return displayhook
