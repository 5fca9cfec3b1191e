def as_text(msg_type, content):
    if msg_type == "stream":
        return content["text"]
    if msg_type == "error":
        return "\n".join(content["traceback"] or [f"{content['ename']}: {content['evalue']}"]) + "\n"
    if "data" in content:
        text = content["data"].get("text/plain") or f"<{', '.join(sorted(content['data']))}>"
        return f"Out[{content['execution_count']}]: {text}\n" if msg_type == "execute_result" else f"{text}\n"
    return str(content)
