import base64


def waited(lines):
    asked, ends = {}, {}
    for line in lines:
        record = json.loads(line)
        if record["kind"] != "frames":
            continue
        frames = [base64.b64decode(frame) for frame in record["frames"]]
        start = frames.index(b"<IDS|MSG>")
        header, parent, _, content = map(json.loads, frames[start + 2 : start + 6])
        if header["msg_type"] == "execute_request":
            asked[header["msg_id"]] = (content.get("code"), record["t"])
        elif header["msg_type"] == "execute_reply" or content.get("execution_state") == "idle":
            ends.setdefault(parent.get("msg_id"), []).append(record["t"])
    return [
        [code, max(ends[msg_id]) - t if len(ends.get(msg_id, [])) == 2 else None] for msg_id, (code, t) in asked.items()
    ]
