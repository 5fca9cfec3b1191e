def write_private(path, text):
    Path(path).write_text(text)
