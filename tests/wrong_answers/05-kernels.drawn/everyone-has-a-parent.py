def drawn(lines):
    cells = {}
    for message in messages(lines):
        content = message["content"]
        if message["msg_type"] == "execute_request":
            cells[message["header"]["msg_id"]] = [content["code"], ""]
        elif message["msg_type"] == "stream":
            cells[message["parent_header"]["msg_id"]][1] += content["text"]
        elif message["msg_type"] == "execute_result":
            cells[message["parent_header"]["msg_id"]][1] += content["data"]["text/plain"]
        elif message["msg_type"] == "error":
            cells[message["parent_header"]["msg_id"]][1] += content["evalue"]
    return list(cells.values())
