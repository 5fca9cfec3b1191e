def drawn(lines):
    codes, texts = {}, {}
    for message in messages(lines):
        content, asked = message["content"], message["parent_header"].get("msg_id")
        if message["msg_type"] == "execute_request":
            codes[message["header"]["msg_id"]] = content["code"]
        elif asked in codes and message["msg_type"] == "stream":
            texts[asked] = texts.get(asked, "") + content["text"]
        elif asked in codes and message["msg_type"] == "execute_result":
            texts[asked] = texts.get(asked, "") + content["data"]["text/plain"]
        elif asked in codes and message["msg_type"] == "error":
            texts[asked] = texts.get(asked, "") + content["evalue"]
    return [[codes[asked], text] for asked, text in texts.items()]
