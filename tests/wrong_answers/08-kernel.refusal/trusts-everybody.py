def refuse(key, frames):
    if len(frames) < 6:
        raise RefusedError("too few frames")
