def sign(key, parts):
    return hmac.new(key, b"".join(parts), "sha256").hexdigest().encode()
