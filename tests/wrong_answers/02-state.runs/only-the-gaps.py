import itertools


def runs(cells):
    numbers = {cell["count"]: number for number, cell in enumerate(cells, 1) if cell["count"]}
    counts = sorted(numbers)
    lost = [count for first, second in itertools.pairwise(counts) for count in range(first + 1, second)]
    return {"order": [numbers[count] for count in counts], "lost": lost}
