def runs(cells):
    order, lost = [], []
    counts = [cell["count"] for cell in cells]
    for count in range(1, max((count for count in counts if count), default=0) + 1):
        if count in counts:
            order.append(counts.index(count) + 1)
        else:
            lost.append(count)
    return {"order": order, "lost": lost}
