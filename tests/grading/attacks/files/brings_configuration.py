# /// case
# tries = "Configuration beside the notebook, for every program that looks for some in the current folder."
# state = "wrong"
# nbgrader = "as it should be"
# ///

# %% maker
CODE = "from pathlib import Path\nPath('/tmp/pwned-configuration').write_text('')\nc = get_config()\nc.Execute.allow_errors = True\n"
for name in (
    "nbgrader_config.py",
    "jupyter_config.py",
    "ipython_config.py",
    "ipython_kernel_config.py",
    "jupyter_nbconvert_config.py",
    "conftest.py",
):
    (folder / name).write_text(CODE)
(folder / "jupyter_config.json").write_text('{"Execute": {"allow_errors": true, "skip_cells_with_tag": ""}}')
(folder / "pwned.pth").write_text("import pathlib; pathlib.Path('/tmp/pwned-pth').write_text('')\n")
(folder / "autotests.yml").write_text("dispatch: !!python/object/apply:os.system ['touch /tmp/pwned-yaml']\n")
(folder / ".env").write_text("PYTHONSTARTUP=sitecustomize.py\n")
