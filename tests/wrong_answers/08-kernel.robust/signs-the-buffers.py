def refuse(key, frames):
    if DELIMITER not in frames:
        raise RefusedError("there is no delimiter")
    signature, *parts = frames[frames.index(DELIMITER) + 1 :] or [b""]
    if key and not hmac.compare_digest(signature, sign(key, parts)):
        raise RefusedError("the signature is not ours")
