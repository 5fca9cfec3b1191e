"""The workshop on a person's machine: their `work/` folder, the JupyterLab on it, and the proof that it works.

`workdir` lays the exercises out, `settings` says how JupyterLab is started,
`server` starts and stops it, `session` is `seams workshop` from start to
Ctrl-C, `rest` talks to a running server as a browser does, and `selftest`
starts every kernel through it.
"""
