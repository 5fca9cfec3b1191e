import sys
import sysconfig


def truth(connection_file):
    return {"executable": sys.executable, "prefix": sys.prefix, "packages": sysconfig.get_path("purelib")}
