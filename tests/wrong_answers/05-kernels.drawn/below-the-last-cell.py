def drawn(lines):
    cells = []
    for message in messages(lines):
        content = message["content"]
        if message["msg_type"] == "execute_request":
            cells.append([content["code"], ""])
        elif cells and message["msg_type"] == "stream":
            cells[-1][1] += content["text"]
        elif cells and message["msg_type"] == "execute_result":
            cells[-1][1] += content["data"]["text/plain"]
        elif cells and message["msg_type"] == "error":
            cells[-1][1] += content["evalue"]
    return cells
