def traceback_of(error):
    calls = [call for call in traceback.extract_tb(error.__traceback__) if call.filename not in OURS]
    told = around(calls[-1].filename, calls[-1].lineno, calls[-1].name) if calls else []
    return [*told, f"{type(error).__name__}: {error}"]
