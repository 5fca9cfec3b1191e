"""Fetch the official Julia for this architecture, compare its checksum, and unpack it.

    python3 fetch.py VERSION ARCHITECTURE ROOT

Makes ROOT/opt/julia and ROOT/usr/local/bin/julia. ARCHITECTURE is Docker's word: amd64 or arm64.
Standard library only. A problem is one line on stderr and exit code 1.
"""

import hashlib
import shutil
import sys
import tarfile
import urllib.request
from pathlib import Path

FOLDER = "https://julialang-s3.julialang.org/bin/linux"
SECONDS = 60
# From FOLDER/../checksums/julia-VERSION.sha256, written down here so that what is fetched cannot vouch for itself.
CHECKSUMS = {
    ("1.12.1", "amd64"): "7d2add9ee74ee2f12b5c268bc194794cc52ea440f8687fbab29db6afefbf69b7",
    ("1.12.1", "arm64"): "2e3d6ca07e251721fa3e0cd3460fc240e60f2a9bd97bae0ea2144f586da19297",
}
NAMES = {"amd64": ("x64", "x86_64"), "arm64": ("aarch64", "aarch64")}


def main(version: str, architecture: str, root: Path) -> None:
    """Fetch, compare, unpack."""
    expected = CHECKSUMS.get((version, architecture))
    if expected is None:
        known = ", ".join(f"{number} on {name}" for number, name in CHECKSUMS)
        sys.exit(f"julia: no checksum is known for {version!r} on {architecture!r}. Known: {known}.")
    folder, name = NAMES[architecture]
    url = f"{FOLDER}/{folder}/{version.rpartition('.')[0]}/julia-{version}-linux-{name}.tar.gz"
    archive = root / "julia.tar.gz"
    root.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer, archive.open("wb") as file:  # noqa: S310 (https)
            shutil.copyfileobj(answer, file)
    except OSError as problem:
        sys.exit(f"julia: {url} cannot be downloaded ({problem}). Build where it can, or without --build-arg JULIA.")
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        sys.exit(f"julia: {url} has the sha256 {found} and not {expected}. It was not unpacked.")
    with tarfile.open(archive) as files:
        files.extractall(root / "opt", filter="tar")
    archive.unlink()
    (root / "opt" / f"julia-{version}").rename(root / "opt" / "julia")
    link = root / "usr" / "local" / "bin" / "julia"
    link.parent.mkdir(parents=True)
    link.symlink_to("/opt/julia/bin/julia")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
