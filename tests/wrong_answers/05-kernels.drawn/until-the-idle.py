def drawn(lines):
    cells, over = {}, set()
    for message in messages(lines):
        content, asked = message["content"], message["parent_header"].get("msg_id")
        if message["msg_type"] == "execute_request":
            cells[message["header"]["msg_id"]] = [content["code"], ""]
        if content.get("execution_state") == "idle":
            over.add(asked)
        if asked not in cells or asked in over:
            continue
        if message["msg_type"] == "stream":
            cells[asked][1] += content["text"]
        if message["msg_type"] == "execute_result":
            cells[asked][1] += content["data"]["text/plain"]
        if message["msg_type"] == "error":
            cells[asked][1] += content["evalue"]
    return list(cells.values())
