def split(frames):
    start = frames.index(b"<IDS|MSG>")
    header, parent_header, metadata, content = map(json.loads, frames[-4:])
    return {
        "identities": frames[:start],
        "signature": frames[start + 1],
        "header": header,
        "parent_header": parent_header,
        "metadata": metadata,
        "content": content,
        "buffers": [],
    }
