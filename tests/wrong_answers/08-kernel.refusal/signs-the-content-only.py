def refuse(key, frames):
    start = frames.index(DELIMITER)
    if not frames[start + 1]:
        raise RefusedError("there is no signature")
    if len(frames[start + 1]) != len(sign(key, frames[start + 2 : start + 6])):
        raise RefusedError("the signature is not ours")
