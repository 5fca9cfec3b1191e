"""The live page: what crosses the wire between a front-end and a kernel, as the tap records it.

`traces` reads what the tap writes, `digest` makes a row of a record, `handlers` and `live` answer the page, `access`
says whom, `server` serves alone or behind a Jupyter server, and `lab` is the card in JupyterLab's launcher.
The page itself is plain html, js and css in `static`.
"""
