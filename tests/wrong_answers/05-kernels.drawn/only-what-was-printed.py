def drawn(lines):
    cells = {}
    for message in messages(lines):
        asked = message["parent_header"].get("msg_id")
        if message["msg_type"] == "execute_request":
            cells[message["header"]["msg_id"]] = [message["content"]["code"], ""]
        elif asked in cells and message["msg_type"] == "stream":
            cells[asked][1] += message["content"]["text"]
    return list(cells.values())
