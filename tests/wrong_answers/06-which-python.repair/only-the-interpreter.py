def repair(spec, interpreter):
    return {**spec, "argv": [interpreter]}
