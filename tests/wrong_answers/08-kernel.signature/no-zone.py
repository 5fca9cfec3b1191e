def pack(key, session, msg_type, content, parent=None, identities=()):
    header = {"msg_id": uuid.uuid4().hex, "msg_type": msg_type, "session": session, "username": "kernel"}
    header |= {"date": datetime.now().isoformat(), "version": VERSION}
    parts = [json.dumps(header).encode(), parent.header if parent else b"{}", b"{}", json.dumps(content).encode()]
    return [*identities, DELIMITER, sign(key, parts), *parts]
