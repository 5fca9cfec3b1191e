def pack(key, header, content, parent):
    parts = [json.dumps(part).encode() for part in (header, {}, content)]
    return [DELIMITER, sign(key, parts), *parts]
