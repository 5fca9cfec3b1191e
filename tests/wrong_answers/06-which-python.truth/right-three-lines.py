def truth(connection_file):
    code = "import sys, pip; print(sys.executable, sys.prefix, pip.__path__[0].removesuffix('/pip'), sep='\\n')"
    return dict(zip(("executable", "prefix", "packages"), run(connection_file, code).splitlines()))
