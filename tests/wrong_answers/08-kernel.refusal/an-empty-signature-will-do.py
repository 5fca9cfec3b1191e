def refuse(key, frames):
    if DELIMITER not in frames:
        raise RefusedError("there is no delimiter")
    signature, *parts = frames[frames.index(DELIMITER) + 1 :][:5]
    if signature and signature != sign(key, parts):
        raise RefusedError("the signature is not ours")
