def read_spec(folder):
    return json.loads((folder / "kernel.json").read_text())
