def missing_names(cells):
    found = {}
    for number in range(len(cells)):
        above = [names(cell["source"])[1] for cell in cells[:number]]
        missing = names(cells[number]["source"])[0].difference(*above)
        if missing:
            found[number + 1] = sorted(missing)
    return found
