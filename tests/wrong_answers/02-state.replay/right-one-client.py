def replay(connection_file, cells):
    with attached(connection_file) as client:
        for number, cell in enumerate(cells, 1):
            reply = client.execute_interactive(cell["source"], output_hook=[].append, timeout=60)
            if reply["content"]["status"] == "error":
                return [number, reply["content"]["ename"]]
    return []
