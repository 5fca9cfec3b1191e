def refuse(key, frames):
    if DELIMITER not in frames or len(frames) < frames.index(DELIMITER) + 6:
        raise RefusedError("this is no message")
    start = frames.index(DELIMITER)
    signature, parts = frames[start + 1], frames[start + 2 : start + 6]
    if key and not hmac.compare_digest(signature, sign(key, parts)):
        raise RefusedError("the signature is not ours")
    try:
        for part in parts:
            json.loads(part)
    except ValueError as error:
        raise RefusedError(str(error)) from None
