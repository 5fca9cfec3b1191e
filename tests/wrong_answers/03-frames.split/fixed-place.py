def split(frames):
    identity, delimiter, signature, header, parent_header, metadata, content, *buffers = frames
    return {
        "identities": [identity],
        "signature": signature,
        "header": json.loads(header),
        "parent_header": json.loads(parent_header),
        "metadata": json.loads(metadata),
        "content": json.loads(content),
        "buffers": buffers,
    }
