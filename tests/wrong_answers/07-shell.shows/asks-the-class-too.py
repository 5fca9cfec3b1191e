def how_it_shows(value):
    data = {"text/plain": repr(value)}
    for mime, method in RICH.items():
        if hasattr(value, method):
            shown = getattr(value, method)()
            if shown is not None:
                data[mime] = base64.b64encode(shown).decode() if isinstance(shown, bytes) else shown
    return data
