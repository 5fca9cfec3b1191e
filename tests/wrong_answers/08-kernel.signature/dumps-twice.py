def pack(key, session, msg_type, content, parent=None, identities=()):
    header = {"msg_id": uuid.uuid4().hex, "msg_type": msg_type, "session": session, "username": "kernel"}
    header |= {"date": datetime.now(UTC).isoformat(), "version": VERSION}
    whole = [header, json.loads(parent.header) if parent else {}, {}, content]
    signature = sign(key, [json.dumps(part, indent=1).encode() for part in whole])
    return [*identities, DELIMITER, signature, *(json.dumps(part).encode() for part in whole)]
