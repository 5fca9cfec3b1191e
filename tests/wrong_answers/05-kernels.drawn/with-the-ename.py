def drawn(lines):
    cells = {}
    for message in messages(lines):
        content, cell = message["content"], cells.get(message["parent_header"].get("msg_id"))
        if message["msg_type"] == "execute_request":
            cells[message["header"]["msg_id"]] = [content["code"], ""]
        elif cell and message["msg_type"] == "stream":
            cell[1] += content["text"]
        elif cell and message["msg_type"] == "execute_result":
            cell[1] += content["data"]["text/plain"]
        elif cell and message["msg_type"] == "error":
            cell[1] += f"{content['ename']}: {content['evalue']}"
    return list(cells.values())
