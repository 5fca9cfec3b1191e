# /// case
# tries = "Every test has outputs already, as if it had been run: it passed, and is worth its points."
# state = "wrong"
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
for count, cell in enumerate(made["cells"], 1):
    if cell["cell_type"] == "code":
        cell["execution_count"] = count
        text = {"text/plain": ["3.0"], "application/x-nbgrader-score": {"score": 3, "max_score": 3}}
        cell["outputs"] = [
            {"output_type": "execute_result", "execution_count": count, "data": text, "metadata": {"score": 3}},
            {"output_type": "stream", "name": "stdout", "text": ["triple: right.\n"]},
        ]
        cell["metadata"]["execution"] = {
            "iopub.execute_input": "2031-01-01T00:00:00Z",
            "shell.execute_reply": "2031-01-01T00:00:00Z",
        }
notebook.write_text(json.dumps(made))
