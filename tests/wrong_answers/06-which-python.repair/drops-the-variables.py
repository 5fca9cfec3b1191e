def repair(spec, interpreter):
    spec["argv"][0] = interpreter
    if "env" in spec:
        spec["env"] = {}
    return spec
