def split(frames):
    start = frames.index(b"<IDS|MSG>")
    names = ["signature", "header", "parent_header", "metadata", "content"]
    return {"identities": frames[:start], **dict(zip(names, frames[start + 1 :])), "buffers": frames[start + 6 :]}
