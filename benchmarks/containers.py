"""The images and the limits with which other graders are run: in a container without a network, and nowhere else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGE = "kernel-seams-attacks"
OTTER = "7.0.0"
OTTER_IMAGE = f"""
FROM {IMAGE}:ours
USER root
RUN python3 -m venv /opt/otter \\
    && /opt/otter/bin/pip install --quiet --disable-pip-version-check otter-grader=={OTTER} ipykernel jupytext psutil
USER learner
"""
HOME = "/home/learner/kernel-seams"
LIMITS = ["--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
LIMITS += ["--memory=3g", "--memory-swap=3g", "--pids-limit=300"]
LIMITS += ["--tmpfs=/tmp:exec,mode=1777,size=1g", "--tmpfs=/run/batch:exec,uid=1000,size=1g"]


def build(*, otter: bool = True) -> None:
    """The images, that of Otter where it is wanted; a second time it takes a second."""
    if not shutil.which("docker"):
        sys.exit("There is no `docker` on PATH, and what is hostile is run in a container only: install an engine.")
    build = ["docker", "build", "--quiet", "--network=host"]
    subprocess.run([*build, "--target=slim", f"--tag={IMAGE}:ours", ROOT], check=True, stdout=subprocess.DEVNULL)
    if otter:
        command = [*build, f"--tag={IMAGE}:otter", "-"]
        subprocess.run(command, input=OTTER_IMAGE, text=True, check=True, stdout=subprocess.DEVNULL)
