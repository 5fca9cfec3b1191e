def new_connection(folder, transport="tcp"):
    held = [socket.socket() for _ in CHANNELS]
    for each in held:
        each.bind(("127.0.0.1", 0))
    ports = {f"{channel}_port": each.getsockname()[1] for channel, each in zip(CHANNELS, held)}
    for each in held:
        each.close()
    return {**ports, "ip": "127.0.0.1", "transport": "tcp", "key": uuid.uuid4().hex, "signature_scheme": "hmac-sha256"}
