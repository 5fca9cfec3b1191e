def accepts(key, frames):
    start = frames.index(b"<IDS|MSG>")
    made = hmac.new(key, b"".join(frames[start + 2 : start + 6]), "sha256").hexdigest()
    return not key or frames[start + 1] == made
