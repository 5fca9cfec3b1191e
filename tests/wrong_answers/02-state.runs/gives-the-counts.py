def runs(cells):
    counts = sorted(cell["count"] for cell in cells if cell["count"])
    return {"order": counts, "lost": sorted(set(range(1, max(counts, default=0) + 1)) - set(counts))}
