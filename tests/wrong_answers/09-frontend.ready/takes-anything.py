def unpack(key, frames):
    start = frames.index(DELIMITER)
    header, parent, _, content = (json.loads(part) for part in frames[start + 2 : start + 6])
    return {"header": header, "parent_header": parent, "content": content}
