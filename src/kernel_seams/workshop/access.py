"""Who reaches the server: this machine alone, or a container's published port and the proxy in front of a codespace.

    SEAMS_HOST    the address to listen on; the image says 0.0.0.0, without it the server is on loopback
    SEAMS_PORT    the port, where `--port` does not say
    SEAMS_TOKEN   a token that was chosen; without it each start makes a new one

A container cannot listen on its own loopback, where no published port ends, and
a codespace is reached under a name that its proxy writes into one of Host and
Origin and not the other. So there, and only there, a foreign Host is answered
and a few foreign origins are; a token is wanted all the same.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
HOST, TOKEN = "SEAMS_HOST", "SEAMS_TOKEN"
CODESPACES_DOMAIN = "app.github.dev"


def is_open(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the server listens on more than loopback."""
    try:
        return not ipaddress.ip_address(_host(environment)).is_loopback
    except ValueError:  # a name; Jupyter resolves it
        return _host(environment) != "localhost"


def new_token(environment: Mapping[str, str] = os.environ) -> str:
    """The token of a server that is about to start: the chosen one, else a new one."""
    return environment.get(TOKEN) or secrets.token_urlsafe(32)


def settings(port: int, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The server's settings that decide where it listens and whom it answers."""
    if not is_open(environment):
        return {"ServerApp.ip": _host(environment)}
    return {
        "ServerApp.ip": _host(environment),
        "ServerApp.allow_remote_access": "True",
        "ServerApp.allow_origin_pat": origins(port, environment),
        # What makes the line above safe: the browser sends the login along with no request that another site causes.
        "IdentityProvider.cookie_options": "samesite=Lax",
        # A kernel that is busy or has not come up yet cannot end by itself, and who stops a container waits for it.
        "KernelManager.shutdown_wait_time": "1",
    }


def origins(port: int, environment: Mapping[str, str] = os.environ) -> str:
    """A pattern of the origins that are ours under another name: this port, on loopback and as a codespace.

    Other ports are other programs' pages, and inside a codespace other codespaces are other people's.
    """
    name = re.escape(environment.get("CODESPACE_NAME", "")) or "[a-z0-9-]+"
    domain = re.escape(environment.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN") or CODESPACES_DOMAIN)
    # The proxy of a codespace says localhost without a port, too.
    return rf"https?://(localhost|127\.0\.0\.1)(:{port})?|https://{name}-{port}\.{domain}"


def local_url(url: str) -> str:
    """The address of the server for us: one that listens everywhere calls itself by the name of its machine."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{LOOPBACK}:{parts.port}").geturl() if is_open() else url


def public_url(url: str, environment: Mapping[str, str] = os.environ) -> str:
    """The address for the person's browser, which in a codespace is elsewhere than the server."""
    name = environment.get("CODESPACE_NAME")
    if not name:
        return url
    parts = urlsplit(url)
    domain = environment.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN") or CODESPACES_DOMAIN
    return parts._replace(scheme="https", netloc=f"{name}-{parts.port}.{domain}").geturl()


def _host(environment: Mapping[str, str]) -> str:
    return environment.get(HOST) or LOOPBACK
