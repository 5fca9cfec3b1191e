def unpack(frames):
    return Message(json.loads(frames[2])["msg_type"], json.loads(frames[5]), frames[2], [])
