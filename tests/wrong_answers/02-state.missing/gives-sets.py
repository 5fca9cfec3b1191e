def missing_names(cells):
    missing, there = {}, set()
    for number, cell in enumerate(cells, 1):
        needs, makes = names(cell["source"])
        if needs - there:
            missing[number] = needs - there
        there |= makes
    return missing
