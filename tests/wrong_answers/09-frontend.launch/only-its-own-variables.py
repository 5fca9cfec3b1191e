def environment(spec):
    return {**os.environ, **spec["env"]}
