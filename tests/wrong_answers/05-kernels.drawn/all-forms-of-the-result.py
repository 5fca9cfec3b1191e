def drawn(lines):
    cells = {}
    for message in messages(lines):
        content, asked = message["content"], message["parent_header"].get("msg_id")
        if message["msg_type"] == "execute_request":
            cells[message["header"]["msg_id"]] = [content["code"], []]
        elif asked in cells and message["msg_type"] in ("stream", "execute_result", "error"):
            cells[asked][1].append(content.get("text") or content.get("evalue") or content["data"])
    return [[code, shown[0] if len(shown) == 1 else shown] for code, shown in cells.values()]
