# /// case
# tries = "All functions of the grader that are in this process, and what it writes with, are replaced by ones that say yes."
# state = ["wrong", "crash", "timeout"]
# nbgrader = "has no score"
# ///

# %% top
import gc
import json
import os
import sys
import types


def yes(*arguments, **keywords):
    return True


for name, module in list(sys.modules.items()):
    if name.startswith("kernel_seams") and module is not None:
        for key, value in list(vars(module).items()):
            if isinstance(value, types.FunctionType):
                value.__code__ = yes.__code__
                value.__defaults__ = None
                value.__kwdefaults__ = None
            elif isinstance(value, type):
                for method in [each for each in vars(value) if not each.startswith("__")]:
                    try:
                        setattr(value, method, yes)
                    except (AttributeError, TypeError):
                        pass
real = json.dumps
json.dumps = lambda value, *arguments, **keywords: real({"ok": True, "value": 6, "passed": True})
