def replay(connection_file, cells):
    for cell in sorted(cells, key=lambda cell: cell["count"] or 0):
        error = ask(connection_file, cell["source"])["error"]
        if error:
            return [cells.index(cell) + 1, error]
    return []
