def unpack(frames):
    start = frames.index(DELIMITER)
    return Message(
        json.loads(frames[start + 2])["msg_type"],
        json.loads(frames[start + 5]),
        frames[start + 2],
        frames[start - 1 : start],
    )
