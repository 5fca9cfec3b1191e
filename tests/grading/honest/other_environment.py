# /// case
# tries = "Written elsewhere: another kernelspec's name, VS Code's metadata, collapsed cells, tags of its own, a widget's state."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% triple tags=["important"]
# %% triple-check tags=["raises-exception"]
# %% maker
import json

made = json.loads(notebook.read_text())
made["metadata"]["kernelspec"] = {"name": "thesis", "display_name": "Python (thesis)", "language": "python"}
made["metadata"]["language_info"] = {
    "name": "python",
    "version": "3.9.1",
    "codemirror_mode": {"name": "ipython", "version": 3},
}
made["metadata"]["vscode"] = {"interpreter": {"hash": "31f2"}}
made["metadata"]["widgets"] = {
    "application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}
}
for count, cell in enumerate(made["cells"], 40):
    cell["metadata"]["vscode"] = {"languageId": "python"}
    cell["metadata"]["collapsed"] = True
    if cell["cell_type"] == "code":
        cell["execution_count"] = 100 - count
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["from yesterday\n"]}]
notebook.write_text(json.dumps(made))
