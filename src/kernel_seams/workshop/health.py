"""Ask the running server whether it answers: what the image's HEALTHCHECK runs.

    python -m kernel_seams.workshop.health

Exit code 0 if the newest server of this checkout answers, else 1 and one line on stderr.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path

from kernel_seams.checkout import Checkout, require_checkout
from kernel_seams.workshop.access import local_url

SECONDS = 3.0


def problem(checkout: Checkout) -> str | None:
    """None if the server answers, else why not."""
    runtime = Path(checkout.jupyter_environment()["JUPYTER_RUNTIME_DIR"])
    files = sorted(runtime.glob("jpserver-*.json"), key=lambda path: path.stat().st_mtime)
    if not files:
        return f"no server has written its address into {runtime}"
    try:
        url = local_url(json.loads(files[-1].read_text(encoding="utf-8"))["url"])
        # No proxy: the server is here, whatever the person's variables say.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}api", timeout=SECONDS) as answer:
            return None if "version" in json.load(answer) else f"{url}api gave no version"
    except (OSError, ValueError, KeyError) as error:
        return f"the server does not answer: {error}"


if __name__ == "__main__":
    reason = problem(require_checkout("workshop"))
    if reason:
        print(reason, file=sys.stderr)
    sys.exit(1 if reason else 0)
