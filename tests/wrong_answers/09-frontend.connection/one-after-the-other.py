def new_connection(folder, transport="tcp"):
    ports = {f"{channel}_port": 5000 for channel in CHANNELS}
    ip = "127.0.0.1" if transport == "tcp" else str(Path(folder, "kernel"))
    return {**ports, "ip": ip, "transport": transport, "key": uuid.uuid4().hex, "signature_scheme": "hmac-sha256"}
