"""Kernels: find, describe, install and start them.

`specs` and `interpreter` read and describe without ZeroMQ and without starting
a kernel; `install` writes kernelspecs; `boot` starts one and asks it who it is.
"""
