"""`%doctor` and `%doctor NAME`: the doctor, called from inside the kernel in trouble."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from kernel_seams.errors import SeamsError


def doctor(line: str) -> None:
    """`%doctor` says what this kernel is and what is wrong with it, `%doctor NAME` what becomes of `import NAME` here.

    The same as `seams doctor --cell`, its output and `seams doctor error -`.
    """
    # Imported when it is called, and not by every `%load_ext kernel_seams`: it takes as long as all else that does.
    from kernel_seams.doctor.inside import from_this_kernel
    from kernel_seams.doctor.visit import Visit, module_name

    words = [word for word in line.split() if word != "import"]
    try:
        if len(words) > 1:
            raise SeamsError(f"`%doctor` takes the name of one module, and got {line.strip()!r}.")
        told = from_this_kernel(module_name(words[0]) if words else "")
        Visit(dict(os.environ), Path.cwd()).one_inside(told)
    except SeamsError as error:
        # Only where IPython runs is this called, and only then is it imported. One line, and no stack.
        from IPython.core.error import UsageError

        raise UsageError(str(error)) from None


def load(ipython: Any) -> None:
    """Register the magic with the shell `ipython`."""
    ipython.register_magic_function(doctor, "line", "doctor")
