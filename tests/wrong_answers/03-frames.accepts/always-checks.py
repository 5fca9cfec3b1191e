def accepts(key, frames):
    start = frames.index(b"<IDS|MSG>")
    return frames[start + 1] == sign(key, frames[start + 2 :])
