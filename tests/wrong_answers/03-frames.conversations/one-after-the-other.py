def conversations(requests, trace):
    sorted_out = {msg_id: {"answers": [], "over": False} for msg_id in requests}
    number = 0
    for message in trace:
        if kind(message) == "busy":
            current = requests[min(number, len(requests) - 1)]
            number += 1
        if number:
            sorted_out[current]["answers"].append(kind(message))
            sorted_out[current]["over"] = {"execute_reply", "idle"} <= set(sorted_out[current]["answers"])
    return sorted_out
