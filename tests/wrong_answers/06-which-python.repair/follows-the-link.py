def repair(spec, interpreter):
    mended = {**spec, "argv": [str(Path(interpreter).resolve()), *spec["argv"][1:]]}
    mended.get("env", {}).pop("PYTHONPATH", None)
    return mended
