def mend(original, jupyter_path, interpreter):
    shutil.copytree(original, Path(jupyter_path, "kernels", Path(original).name))
