def refuse(key, frames):
    start = frames.index(DELIMITER)
    signature, parts = frames[start + 1], frames[start + 2 : start + 6]
    if not hmac.compare_digest(signature, sign(key, parts)):
        raise RefusedError("the signature is not ours")
