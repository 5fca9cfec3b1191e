def runs(cells):
    ran = [number for number, cell in enumerate(cells) if cell["count"]]
    ran.sort(key=lambda number: cells[number]["count"])
    counts = [cells[number]["count"] for number in ran]
    return {"order": ran, "lost": sorted(set(range(1, max(counts, default=0) + 1)) - set(counts))}
