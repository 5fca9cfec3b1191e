def traceback_of(error):
    told = [type(error).__name__]
    for call in traceback.extract_tb(error.__traceback__):
        told += around(call.filename, call.lineno, call.name)
    return [*told, "".join(traceback.format_exception_only(error)).rstrip()]
