def ask(connection_file, code):
    answer = {"result": None, "printed": "", "error": None}

    def listen(message):
        content = message["content"]
        answer["printed"] += content.get("text", "")
        answer["result"] = content.get("data", answer["result"])
        answer["error"] = content.get("evalue", answer["error"])

    with connected(connection_file) as client:
        reply = client.execute_interactive(code, output_hook=listen, timeout=60)
    return answer | {"status": reply["content"]["status"]}
