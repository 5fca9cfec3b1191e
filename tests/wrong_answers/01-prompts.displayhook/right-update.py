def make_displayhook(names):
    def displayhook(value):
        if value is not None:
            number = max(range(len(names["In"])))
            names.update({"_": value, "__": names["_"]})
            names["Out"] = names["Out"] | {number: value}
            print("Out[", number, "]: ", repr(value), sep="")

    return displayhook
