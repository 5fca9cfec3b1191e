def mend(original, jupyter_path, interpreter):
    copy = Path(jupyter_path, "kernels", Path(original).name)
    copy.mkdir(parents=True)
    spec = json.loads(Path(original, "kernel.json").read_text())
    (copy / "kernel.json").write_text(json.dumps(repair(spec, interpreter)))
