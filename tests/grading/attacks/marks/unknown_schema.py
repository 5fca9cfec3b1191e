# /// case
# tries = "The marks are of versions that do not exist, and of types that nobody expects."
# source = "nbgrader ends the batch at a schema_version that it does not know"
# state = ["wrong", "tampered"]
# solves = ["count"]
# nbgrader = "has no score"
# ///

# %% triple nbgrader={"schema_version": 99}
# %% triple-check nbgrader={"schema_version": "three"}
# %% mean nbgrader={"schema_version": null}
# %% mean-check nbgrader={"schema_version": 1e300}
# %% maker
import json

made = json.loads(notebook.read_text())
made["cells"][0]["metadata"]["nbgrader"] = "not a mark"
made["cells"][1]["metadata"]["nbgrader"] = {"grade_id": ["a", "list"]}
made["cells"][2]["metadata"]["nbgrader"]["grade_id"] = None
made["metadata"]["kernel_seams"] = made["metadata"]["language_info"] = None
notebook.write_text(json.dumps(made))
