# /// case
# tries = "Saved by Colab: format 4.0, ids in the metadata, forms, a badge, outputs with marks of its own, no language."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% triple
# @title The number { display-mode: "form" }
def triple(number):
    # @markdown three times
    return number * 3


# %% maker
import json

made = json.loads(notebook.read_text())
made["nbformat_minor"] = 0
made["metadata"] = {
    "colab": {"provenance": [], "toc_visible": True, "gpuType": "T4"},
    "kernelspec": {"name": "python3", "display_name": "Python 3"},
    "language_info": {"name": "python"},
    "accelerator": "GPU",
}
for count, cell in enumerate(made["cells"]):
    cell["metadata"]["id"] = cell.pop("id")
    cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    if cell["cell_type"] == "code":
        cell["metadata"] |= {"cellView": "form", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "7c1f"}
        cell["execution_count"] = count or None
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["6\n"], "metadata": {"tags": None}}]
badge = {"cell_type": "markdown", "metadata": {"id": "view-in-github", "colab_type": "text"}, "source": "<a>Open</a>"}
made["cells"].insert(0, badge)
notebook.write_text(json.dumps(made))
