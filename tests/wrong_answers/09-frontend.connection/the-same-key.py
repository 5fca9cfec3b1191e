def new_connection(folder, transport="tcp"):
    ports = {f"{channel}_port": number for number, channel in enumerate(CHANNELS, 5001)}
    ip = "127.0.0.1" if transport == "tcp" else str(Path(folder, "kernel"))
    return {**ports, "ip": ip, "transport": transport, "key": "a very secret key", "signature_scheme": "hmac-sha256"}
