def conversations(requests, trace):
    sorted_out = {}
    for message in trace:
        msg_id = message["parent_header"].get("msg_id")
        if msg_id:
            part = sorted_out.setdefault(msg_id, {"answers": [], "over": False})
            part["answers"].append(kind(message))
            part["over"] = {"execute_reply", "idle"} <= set(part["answers"])
    return sorted_out
