def accepts(key, frames):
    if not key:
        return True
    start = frames.index(b"<IDS|MSG>")
    made = hmac.new(key, b"".join(frames[start + 2 : start + 6]), "sha256").hexdigest()
    return frames[start + 1].decode() == made
