def drawn(lines):
    said = messages(lines)
    shows = {
        "stream": lambda content: content["text"],
        "execute_result": lambda content: content["data"]["text/plain"],
        "error": lambda content: content["evalue"],
    }

    def text(msg_id):
        mine = [message for message in said if message["parent_header"].get("msg_id") == msg_id]
        return "".join(shows[one["msg_type"]](one["content"]) for one in mine if one["msg_type"] in shows)

    asked = [message for message in said if message["msg_type"] == "execute_request"]
    return [[one["content"]["code"], text(one["header"]["msg_id"])] for one in asked]
