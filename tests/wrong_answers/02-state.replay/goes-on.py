def replay(connection_file, cells):
    failed = []
    for number, cell in enumerate(cells, 1):
        error = ask(connection_file, cell["source"])["error"]
        if error:
            failed = [number, error]
    return failed
