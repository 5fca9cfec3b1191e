"""Import names and the names of distributions, which need not be the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from kernel_seams.doctor.programs import head
from kernel_seams.doctor.python import Distribution

# Of well-known distributions: what is imported, and what is installed.
DISTRIBUTIONS = {
    "bs4": "beautifulsoup4",
    "cairo": "pycairo",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "decouple": "python-decouple",
    "discord": "discord.py",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fitz": "PyMuPDF",
    "gi": "PyGObject",
    "git": "GitPython",
    "google.protobuf": "protobuf",
    "ipykernel_launcher": "ipykernel",
    "IPython": "ipython",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "kafka": "kafka-python",
    "Levenshtein": "python-Levenshtein",
    "magic": "python-magic",
    "mpl_toolkits": "matplotlib",
    "MySQLdb": "mysqlclient",
    "nacl": "PyNaCl",
    "OpenSSL": "pyOpenSSL",
    "osgeo": "GDAL",
    "PIL": "Pillow",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pylab": "matplotlib",
    "rest_framework": "djangorestframework",
    "ruamel": "ruamel.yaml",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "telegram": "python-telegram-bot",
    "umap": "umap-learn",
    "usb": "pyusb",
    "websocket": "websocket-client",
    "win32api": "pywin32",
    "wx": "wxPython",
    "Xlib": "python-xlib",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}
# Modules that a service puts into its own notebooks and that nobody can install.
HOSTED = {
    "google.colab": "Google Colab",
    "kaggle_secrets": "Kaggle",
    "dbutils": "Databricks",
    "dbruntime": "Databricks",
    "notebookutils": "Microsoft Fabric",
}
RECORD_BYTES = 4 * 1024 * 1024


def canonical(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def hosted(name: str) -> str | None:
    """The entry of `HOSTED` that an import of the dotted `name` is of, or None."""
    return next((one for one in HOSTED if name == one or name.startswith(f"{one}.")), None)


def import_name(name: str) -> str | None:
    """What is imported where `name` is the name of a well-known distribution that is imported by another; else None."""
    if name in DISTRIBUTIONS:
        return None
    return next((module for module, dist in DISTRIBUTIONS.items() if canonical(dist) == canonical(name)), None)


def provider(module: str, place: str, dists: Iterable[Distribution]) -> Distribution | None:
    """The installed distribution that brought the module found at `place`."""
    near = [dist for dist in dists if place.startswith(f"{dist.folder}/")]
    guessed = {canonical(module), canonical(DISTRIBUTIONS.get(module, module))}
    for dist in sorted(near, key=lambda one: one.name not in guessed):
        if module in modules_of(dist):
            return dist
    return None


def modules_of(dist: Distribution) -> frozenset[str]:
    """The top-level modules that an installed distribution brought, from its own records."""
    for info in Path(dist.folder).glob("*-info"):
        if canonical(info.name.split("-")[0]) != dist.name:
            continue
        names = head(info / "top_level.txt").split()
        return frozenset(names) | _recorded(info / "RECORD")
    return frozenset()


def _recorded(record: Path) -> frozenset[str]:
    names = set()
    try:
        with record.open(encoding="utf-8", errors="replace") as lines:
            for line in lines.read(RECORD_BYTES).splitlines():
                first = line.split(",")[0].split("/")
                if len(first) > 1 and first[0].isidentifier():
                    names.add(first[0])
                elif len(first) == 1 and first[0].endswith((".py", ".so")):
                    names.add(first[0].split(".")[0])
    except OSError:
        pass
    return frozenset(names)
