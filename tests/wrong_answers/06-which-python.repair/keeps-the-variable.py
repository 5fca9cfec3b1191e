def repair(spec, interpreter):
    return {**spec, "argv": [interpreter, *spec["argv"][1:]]}
