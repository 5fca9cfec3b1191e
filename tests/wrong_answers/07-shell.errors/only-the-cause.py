def traceback_of(error, known=()):
    before = error.__cause__
    known = (*known, error)
    is_new = before and not any(before is each for each in known)
    told = [*traceback_of(before, known), "", "which led to:", ""] if is_new else ["-" * 75]
    told.append(f"{type(error).__name__}   Traceback (most recent call last)")
    for call in traceback.extract_tb(error.__traceback__):
        if call.filename not in OURS:
            told += around(call.filename, call.lineno, call.name)
    return [*told, *"".join(traceback.format_exception_only(error)).splitlines()]
