def find_kernels():
    found = {}
    for data in data_folders():
        for file in sorted(data.glob("kernels/*/kernel.json")):
            found[file.parent.name.lower()] = file.parent
    return found
