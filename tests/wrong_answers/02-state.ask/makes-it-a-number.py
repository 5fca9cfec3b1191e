import ast


def ask(connection_file, code):
    with attached(connection_file) as client:
        messages = []
        client.execute_interactive(code, output_hook=messages.append, timeout=60)
    shown = {"value": "", "printed": "", "error": ""}
    for message in messages:
        if message["msg_type"] == "execute_result":
            shown["value"] = ast.literal_eval(message["content"]["data"]["text/plain"])
    return shown
