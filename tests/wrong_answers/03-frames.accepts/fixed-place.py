def accepts(key, frames):
    return not key or frames[1] == sign(key, frames[2:])
