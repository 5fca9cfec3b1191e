def repair(spec, interpreter):
    spec["argv"] = [interpreter, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.get("env", {}).pop("PYTHONPATH", None)
    return spec
