# /// case
# tries = "Line ends of Windows, names in Greek, text from right to left, emoji by their number, tabs."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
κόσμος = "\N{EARTH GLOBE EUROPE-AFRICA} שלום"
print(κόσμος)


# %% triple
def triple(αριθμός):
    return αριθμός + αριθμός + αριθμός


# %% maker
notebook.write_bytes(notebook.read_bytes().replace(b"\n", b"\r\n"))
