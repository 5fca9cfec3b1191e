def ask(connection_file, code):
    with attached(connection_file) as client:
        messages = []
        client.execute_interactive(code, output_hook=messages.append, timeout=60)
    shown = {"value": "", "printed": "", "error": ""}
    by_kind = {}
    for message in messages:
        by_kind.setdefault(message["msg_type"], []).append(message["content"])
    shown["value"] = "".join(content["data"]["text/plain"] for content in by_kind.get("execute_result", []))
    shown["printed"] = "".join(each["text"] for each in by_kind.get("stream", []) if each["name"] == "stdout")
    shown["error"] = "".join(content["ename"] for content in by_kind.get("error", []))
    return shown
