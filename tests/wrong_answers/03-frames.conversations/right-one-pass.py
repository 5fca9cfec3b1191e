def conversations(requests, trace):
    sorted_out = {msg_id: {"answers": [], "over": False} for msg_id in requests}
    for message in trace:
        part = sorted_out.get(message["parent_header"].get("msg_id"))
        if part is not None:
            part["answers"].append(kind(message))
            part["over"] = "execute_reply" in part["answers"] and "idle" in part["answers"]
    return sorted_out
