def find_kernels():
    found = {}
    for data in data_folders():
        for folder in sorted(data.glob("kernels/*")):
            found.setdefault(folder.name.lower(), folder)
    return found
