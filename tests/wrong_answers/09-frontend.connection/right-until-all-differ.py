def new_connection(folder, transport="tcp"):
    numbers = set(range(1, 6)) if transport == "ipc" else set()
    while len(numbers) < 5:
        with socket.create_server(("127.0.0.1", 0)) as trial:
            numbers.add(trial.getsockname()[1])
    made = {f"{channel}_port": number for channel, number in zip(CHANNELS, numbers, strict=True)}
    made["ip"] = "127.0.0.1" if transport == "tcp" else os.path.join(folder, "socket")
    return made | {"transport": transport, "key": str(uuid.uuid4()), "signature_scheme": "hmac-sha256"}
