"""What the interpreter of Jupyter is asked besides; the text is put into that of ``ask.py``."""
# mypy: ignore-errors
# ruff: noqa


def about_jupyter():
    """What the Jupyter beside this interpreter would search, asked of its own jupyter_core."""
    os.environ.pop("JUPYTER_NO_CONFIG", None)  # with it, asking for the folder would make one
    try:
        from jupyter_core import paths
        import jupyter_core

        answer = {
            "core": str(getattr(jupyter_core, "__version__", "")),
            "kernel_folders": [str(folder) for folder in paths.jupyter_path("kernels")],
            "config_folders": [str(folder) for folder in paths.jupyter_config_path()],
            "data_folder": str(paths.jupyter_data_dir()),
            "runtime_folder": str(paths.jupyter_runtime_dir()),
        }
    except BaseException as error:
        return {"failure": failure("jupyter_core", error, sys.exc_info()[2])}
    if find("IPython") is not None:
        home = os.environ.get("IPYTHONDIR") or os.path.join(os.path.expanduser("~"), ".ipython")
        answer["kernel_folders"].append(os.path.join(os.path.expanduser(home), "kernels"))
    package = find("ipykernel")
    answer["native"] = os.path.join(package["folders"][0], "resources") if package and package["folders"] else ""
    answer["client"] = find("jupyter_client") is not None
    answer["provisioners"] = entry_points("jupyter_client.kernel_provisioners")
    return answer


def entry_points(group):
    """The names of the entry points in `group`, of all distributions on the path."""
    import io

    names, inside = [], False
    for _, _, folder, entry in distributions():
        try:
            with io.open(os.path.join(folder, entry, "entry_points.txt"), encoding="utf-8", errors="replace") as text:
                for line in text.read(100000).splitlines():
                    if line.strip().startswith("["):
                        inside = line.strip() == "[%s]" % group
                    elif inside and "=" in line:
                        names.append(line.partition("=")[0].strip())
        except (OSError, IOError):
            pass
    return sorted(set(names))
