def how_it_shows(value):
    for mime, method in RICH.items():
        if hasattr(type(value), method):
            return {mime: getattr(value, method)()}
    return {"text/plain": repr(value)}
