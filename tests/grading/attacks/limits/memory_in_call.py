# /// case
# tries = "A function that is tested takes 6 GB, and catches the MemoryError to answer after all."
# state = ["memory", "wrong"]
# solves = ["triple"]
# nbgrader = "has no score"
# ///

# %% count
def count(text):
    hoard = []
    try:
        for _ in range(96):
            hoard.append(b"x" * (64 * 1024 * 1024))
    except MemoryError:
        pass
    return {"hoarded": len(hoard)}
