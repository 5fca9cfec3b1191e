import json
from pathlib import Path


def write_spec(kernels, name, interpreter, display_name):
    argv = [interpreter, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    Path(kernels).mkdir(parents=True)
    Path(kernels, f"{name}.json").write_text(json.dumps({"argv": argv, "display_name": display_name}))
