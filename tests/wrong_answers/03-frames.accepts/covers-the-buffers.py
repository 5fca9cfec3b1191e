def accepts(key, frames):
    start = frames.index(b"<IDS|MSG>")
    made = hmac.new(key, b"".join(frames[start + 2 :]), "sha256").hexdigest().encode()
    return not key or frames[start + 1] == made
