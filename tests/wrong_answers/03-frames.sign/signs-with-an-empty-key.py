def sign(key, parts):
    return hmac.new(key, b"".join(parts[:4]), "sha256").hexdigest().encode()
