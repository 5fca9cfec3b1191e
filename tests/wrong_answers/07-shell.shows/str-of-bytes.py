def how_it_shows(value):
    data = {"text/plain": repr(value)}
    for mime, method in RICH.items():
        if hasattr(type(value), method):
            shown = getattr(value, method)()
            if shown is not None:
                data[mime] = str(shown)
    return data
