def accepts(key, frames):
    start = frames.index(b"<IDS|MSG>")
    signature = frames[start + 1]
    return not key or not signature or signature == sign(key, frames[start + 2 :])
