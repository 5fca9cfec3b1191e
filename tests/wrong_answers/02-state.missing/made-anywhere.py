def missing_names(cells):
    there = {name for cell in cells for name in names(cell["source"])[1]}
    missing = {number: sorted(names(cell["source"])[0] - there) for number, cell in enumerate(cells, 1)}
    return {number: found for number, found in missing.items() if found}
