import json
from pathlib import Path


def write_spec(kernels, name, interpreter, display_name):
    argv = [str(Path(interpreter).resolve()), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    folder = Path(kernels, name)
    folder.mkdir(parents=True)
    spec = {"argv": argv, "display_name": display_name, "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
