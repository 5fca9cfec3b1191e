def truth(connection_file):
    return {
        "executable": run(connection_file, "import sys; print(sys.executable)"),
        "prefix": run(connection_file, "import sys; print(sys.prefix)"),
        "packages": run(connection_file, "import sysconfig; print(sysconfig.get_path('purelib'))"),
    }
