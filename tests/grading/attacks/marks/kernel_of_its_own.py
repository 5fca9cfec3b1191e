# /// case
# tries = "The notebook brings a kernelspec, and names it by a path that leaves the folder of kernels."
# state = ["wrong", "tampered"]
# points = {triple = 2}
# why = "The notebook runs on the kernel that the assignment has."
# nbgrader = "as it should be"
# ///

# %% triple
def triple(number):
    return number * 3


# %% maker
import json

spec = {"argv": ["/bin/sh", "-c", "touch /tmp/pwned-kernel"], "display_name": "Mine", "language": "python"}
for kernels in (folder / "kernels" / "mine", folder / "mine"):
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(json.dumps(spec))
made = json.loads(notebook.read_text())
made["metadata"]["kernelspec"] = {
    "name": f"../../../../../../{folder}/kernels/mine",
    "display_name": "M",
    "language": "python",
}
notebook.write_text(json.dumps(made))
