def pack(key, header, content, parent):
    parts = [json.dumps(part).encode() for part in (header, parent, {}, content)]
    return [b"me", DELIMITER, *parts]
