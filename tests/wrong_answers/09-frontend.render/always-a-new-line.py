def as_text(msg_type, content):
    if msg_type == "stream":
        return content["text"] + "\n"
    if msg_type == "error":
        return "\n".join(content["traceback"]) + "\n"
    if msg_type in ("execute_result", "display_data", "update_display_data"):
        text = content["data"].get("text/plain") or f"<{', '.join(sorted(content['data']))}>"
        return f"Out[{content['execution_count']}]: {text}\n" if msg_type == "execute_result" else f"{text}\n"
    return ""
