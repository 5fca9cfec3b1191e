import sysconfig


def pip_target(path):
    return sysconfig.get_path("purelib")
