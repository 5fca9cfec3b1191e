def missing_names(cells):
    missing, there = {}, set()
    for number, cell in enumerate(cells, 1):
        needs, makes = names(cell["source"])
        missing[number] = sorted(needs - there)
        there |= makes
    return missing
