def replay(connection_file, cells):
    for number, cell in enumerate(cells, 1):
        error = ask(connection_file, cell["source"])["error"]
        if error:
            return [number, error]
    return None
