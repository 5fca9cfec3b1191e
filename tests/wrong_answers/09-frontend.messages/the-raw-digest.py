def sign(key, parts):
    return hmac.new(key, b"".join(parts), "sha256").digest() if key else b""
