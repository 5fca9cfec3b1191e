def traceback_of(error):
    return traceback.format_exception(error)
