def ask(connection_file, code):
    answer = {"result": None, "printed": "", "error": None}

    def listen(message):
        content = message["content"]
        if message["msg_type"] == "stream":
            answer["printed"] = content["text"]
        elif message["msg_type"] == "execute_result":
            answer["result"] = content["data"]["text/plain"]
        elif message["msg_type"] == "error":
            answer["error"] = content["evalue"]

    with connected(connection_file) as client:
        reply = client.execute_interactive(code, output_hook=listen, timeout=60)
    return answer | {"status": reply["content"]["status"]}
