def as_text(msg_type, content):
    if msg_type == "stream":
        return content["text"]
    if msg_type in ("execute_result", "display_data", "update_display_data"):
        text = content["data"]["text/plain"]
        return f"Out[{content['execution_count']}]: {text}\n" if msg_type == "execute_result" else f"{text}\n"
    return ""
