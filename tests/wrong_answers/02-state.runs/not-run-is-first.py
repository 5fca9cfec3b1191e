def runs(cells):
    order = sorted(range(1, len(cells) + 1), key=lambda number: cells[number - 1]["count"] or 0)
    counts = [cell["count"] or 0 for cell in cells]
    return {"order": order, "lost": sorted(set(range(1, max(counts, default=0) + 1)) - set(counts))}
