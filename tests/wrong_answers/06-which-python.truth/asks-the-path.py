def truth(connection_file):
    executable = run(connection_file, "!command -v python").strip()
    prefix = run(connection_file, "import os; print(os.environ['VIRTUAL_ENV'])").strip()
    packages = run(connection_file, "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    return {"executable": executable, "prefix": prefix, "packages": packages}
