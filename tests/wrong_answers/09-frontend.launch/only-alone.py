def command(spec, folder, connection_file):
    return [str(connection_file) if part == "{connection_file}" else part for part in spec["argv"]]
