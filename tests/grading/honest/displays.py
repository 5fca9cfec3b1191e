# /// case
# tries = "All that a notebook can show: objects that draw themselves, a picture of bytes, JSON, what is updated, what is cleared."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
from IPython.display import HTML, JSON, Image, Latex, Math, clear_output, display


class Figure:
    def _repr_html_(self):
        return "<b>drawn</b>"

    def _repr_png_(self):
        return b"\x89PNG\r\n\x1a\n"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.of.nobody+json": {"data": [1, {"x": None}]}, "text/plain": "a figure"}


class Broken:
    def _repr_html_(self):
        raise ValueError("not today")


# %matplotlib inline
Figure()

# %% top
handle = display("0 %", display_id=True)
for step in range(5):
    handle.update(f"{20 * step} %")
print("gone")
clear_output(wait=True)
display(Figure(), Broken(), JSON({"a": [1]}), Math("x^2"), Latex("$x$"), Image(data=b"\x89PNG\r\n\x1a\n", format="png"))
HTML("<div style='color: red'>table</div>")


# %% mean
def mean(numbers):
    display(Figure(), HTML(f"<p>{len(numbers)} numbers</p>"))
    return sum(numbers) / len(numbers)
