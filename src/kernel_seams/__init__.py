"""Kernel, IPython, Jupyter: three different words."""
