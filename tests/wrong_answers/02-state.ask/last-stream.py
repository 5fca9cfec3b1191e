def ask(connection_file, code):
    with attached(connection_file) as client:
        messages = []
        client.execute_interactive(code, output_hook=messages.append, timeout=60)
    shown = {"value": "", "printed": "", "error": ""}
    for message in messages:
        content = message["content"]
        if message["msg_type"] == "execute_result":
            shown["value"] = content["data"]["text/plain"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            shown["printed"] = content["text"]
        if message["msg_type"] == "error":
            shown["error"] = content["ename"]
    return shown
