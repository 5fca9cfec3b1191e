def conversations(requests, trace):
    sorted_out = {msg_id: {"answers": [], "over": False} for msg_id in requests}
    for message in trace:
        part = sorted_out.get(message["parent_header"].get("msg_id"))
        if part:
            part["answers"].append(kind(message))
            part["over"] = kind(message) == "idle"
    return sorted_out
