def ask(connection_file, code):
    answer = {"status": "ok", "result": None, "printed": "", "error": None}

    def listen(message):
        content = message["content"]
        answer["printed"] += content.get("text", "")
        answer["result"] = content.get("data", {}).get("text/plain", answer["result"])
        answer["error"] = content.get("evalue", answer["error"])

    with connected(connection_file) as client:
        client.execute_interactive(code, output_hook=listen, timeout=60)
    return answer
