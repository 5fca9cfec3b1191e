def repair(spec, interpreter):
    spec["argv"][0] = interpreter
    spec.get("env", {}).pop("PYTHONPATH", None)
