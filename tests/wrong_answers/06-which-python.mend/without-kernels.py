def mend(original, jupyter_path, interpreter):
    copy = Path(jupyter_path, Path(original).name)
    shutil.copytree(original, copy)
    kernel_json = copy / "kernel.json"
    kernel_json.write_text(json.dumps(repair(json.loads(kernel_json.read_text()), interpreter)))
