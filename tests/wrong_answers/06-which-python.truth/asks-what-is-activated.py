def truth(connection_file):
    executable = run(connection_file, "import sys; print(sys.executable)").strip()
    prefix = run(connection_file, "import os; print(os.environ['VIRTUAL_ENV'])").strip()
    return {"executable": executable, "prefix": prefix, "packages": prefix + "/lib/python3.11/site-packages"}
