import base64


def waited(lines):
    messages = []
    for line in lines:
        record = json.loads(line)
        frames = [base64.b64decode(frame) for frame in record.get("frames", ())]
        if frames.count(b"<IDS|MSG>"):
            messages.append((record["t"], split(frames)))

    def end_of(request, is_end):
        mine = (t for t, message in messages if message["parent_header"].get("msg_id") == request and is_end(message))
        return next(mine, None)

    table = []
    for t, message in messages:
        if message["header"]["msg_type"] == "execute_request":
            msg_id = message["header"]["msg_id"]
            reply = end_of(msg_id, lambda answer: answer["header"]["msg_type"] == "execute_reply")
            idle = end_of(msg_id, lambda answer: answer["content"].get("execution_state") == "idle")
            table.append([message["content"]["code"], None if reply is None or idle is None else max(reply, idle) - t])
    return table
