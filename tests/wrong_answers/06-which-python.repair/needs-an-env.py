def repair(spec, interpreter):
    spec["argv"][0] = interpreter
    del spec["env"]["PYTHONPATH"]
    return spec
