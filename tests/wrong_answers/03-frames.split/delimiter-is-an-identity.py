def split(frames):
    start = frames.index(b"<IDS|MSG>") + 1
    names = ["header", "parent_header", "metadata", "content"]
    parts = dict(zip(names, map(json.loads, frames[start + 1 : start + 5])))
    return {"identities": frames[:start], "signature": frames[start], **parts, "buffers": frames[start + 5 :]}
