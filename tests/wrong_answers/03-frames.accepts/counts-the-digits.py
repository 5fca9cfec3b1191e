def accepts(key, frames):
    start = frames.index(b"<IDS|MSG>")
    signature, header, parent_header, metadata, content = frames[start + 1 : start + 6]
    return not key or len(signature) == 64
