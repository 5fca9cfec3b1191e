def ask(connection_file, code):
    answer = {"status": "ok", "result": None, "printed": "", "error": None}
    heard = []
    with connected(connection_file) as client:
        answer["status"] = client.execute_interactive(code, output_hook=heard.append, timeout=60)["content"]["status"]
    for message in heard:
        if "data" in message["content"]:
            answer["result"] = answer["printed"] = message["content"]["data"]["text/plain"]
    return answer
