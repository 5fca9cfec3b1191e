def make_displayhook(names):
    def displayhook(value):
        if value is None:
            return
        number = len(names["In"]) - 1
        print(f"Out[{number}]: {value!r}")
        names["_"] = value
        names["__"] = names["_"]
        names["Out"][number] = value

    return displayhook
