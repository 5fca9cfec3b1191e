def runs(cells):
    numbered = sorted((cell["count"], number) for number, cell in enumerate(cells, 1))
    counts = [count for count, number in numbered]
    return {
        "order": [number for count, number in numbered],
        "lost": sorted(set(range(1, max(counts) + 1)) - set(counts)),
    }
