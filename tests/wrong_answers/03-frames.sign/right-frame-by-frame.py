def sign(key, parts):
    if key == b"":
        return b""
    signature = hmac.new(key, digestmod="sha256")
    for part in parts[:4]:
        signature.update(part)
    return bytes(signature.hexdigest(), "ascii")
