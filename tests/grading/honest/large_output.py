# /// case
# tries = "Large but legitimate output: two thousand lines of a log, a table in HTML, a progress bar that draws over itself."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
from IPython.display import HTML, display

for step in range(2000):
    print(f"step {step:5d}   loss {1 / (1 + step):.6f}   accuracy {1 - 1 / (2 + step):.6f}")
for step in range(500):
    print(f"\r{step / 5:.0f} %", end="", flush=True)
display(HTML("<table>" + "<tr><td>1</td><td>2</td></tr>" * 500 + "</table>"))


# %% mean
def mean(numbers):
    print("the mean of", numbers)
    return sum(numbers) / len(numbers)
