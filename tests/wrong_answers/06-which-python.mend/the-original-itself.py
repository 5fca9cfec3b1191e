def mend(original, jupyter_path, interpreter):
    kernel_json = Path(original, "kernel.json")
    kernel_json.write_text(json.dumps(repair(json.loads(kernel_json.read_text()), interpreter)))
