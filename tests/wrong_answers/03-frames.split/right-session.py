def split(frames):
    identities, (signature, header, parent_header, metadata, content, *buffers) = Session().feed_identities(frames)
    loads = Session().unpack
    return {
        "identities": identities,
        "signature": signature,
        "header": loads(header),
        "parent_header": loads(parent_header),
        "metadata": loads(metadata),
        "content": loads(content),
        "buffers": buffers,
    }
