def ask(connection_file, code):
    texts = {"execute_result": [], "stream": [], "error": []}
    with connected(connection_file) as client:
        asked = client.execute(code)
        while True:
            message = client.get_iopub_msg(timeout=60)
            content = message["content"]
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] in texts:
                texts[message["msg_type"]].append(
                    content.get("text") or content.get("evalue") or content["data"]["text/plain"]
                )
            if content.get("execution_state") == "idle":
                break
        reply = client.get_shell_msg(timeout=60)
    return {
        "status": reply["content"]["status"],
        "result": (texts["execute_result"] or [None])[0],
        "printed": "".join(texts["stream"]),
        "error": (texts["error"] or [None])[0],
    }
