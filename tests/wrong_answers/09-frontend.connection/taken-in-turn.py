def new_connection(folder, transport="tcp"):
    made = {"transport": transport, "key": uuid.uuid4().hex, "signature_scheme": "hmac-sha256", "ip": "127.0.0.1"}
    if transport == "ipc":
        return made | {f"{channel}_port": number for number, channel in enumerate(CHANNELS, 1)} | {"ip": f"{folder}/k"}
    for channel in CHANNELS:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            made[f"{channel}_port"] = trial.getsockname()[1]
    return made
