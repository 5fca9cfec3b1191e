def conversations(requests, trace):
    sorted_out = {msg_id: {"answers": [], "over": False} for msg_id in requests}
    for message in trace:
        part = sorted_out[message["parent_header"]["msg_id"]]
        part["answers"].append(kind(message))
        part["over"] = {"execute_reply", "idle"} <= set(part["answers"])
    return sorted_out
