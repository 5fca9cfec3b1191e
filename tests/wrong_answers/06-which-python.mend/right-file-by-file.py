def mend(original, jupyter_path, interpreter):
    copy = Path(jupyter_path) / "kernels" / Path(original).name
    copy.mkdir(parents=True)
    for file in Path(original).iterdir():
        shutil.copy(file, copy)
    spec = json.loads((copy / "kernel.json").read_text())
    spec["argv"][0] = interpreter
    (copy / "kernel.json").write_text(json.dumps(spec))
