"""Who may look: what the monitor asks of every request, alone and behind a Jupyter server.

    alone    on loopback, with a token in the address that is printed; it becomes a cookie at the first request.
             Host is this port of loopback, so that no other name can be made to lead here, and Origin is the same.
    behind   on a Unix socket in a folder that is the person's own, which only jupyter-server-proxy speaks to.
             It lets nobody in whom the Jupyter server has not let in, and Host and Origin are that server's affair:
             the proxy of a codespace rewrites one of the two.

In both cases whatever changes something or reads the wire through a script wants the *page key*, which is in the page
alone. Another site's page can make a browser send the person's cookies along; it cannot read the page.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Access:
    """What is asked: `port` and `token` alone; neither behind a Jupyter server. `page_key` in both cases."""

    port: int | None = None
    token: str = field(default="", repr=False)
    page_key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def cookie(self) -> str:
        """The cookie's name; cookies do not know ports, so two monitors on one machine need two names."""
        return f"seams-monitor-{self.port}"

    def host_is_ours(self, host: str) -> bool:
        """Whether the Host header names this port of loopback."""
        return self.port is None or host in {f"{name}:{self.port}" for name in LOOPBACK}

    def origin_is_ours(self, headers: Mapping[str, str]) -> bool:
        """Whether no other site caused the request, as far as its headers say: Sec-Fetch-Site, then Origin."""
        if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("Origin")
        return origin is None or self.port is None or urlsplit(origin).netloc == headers.get("Host")

    def token_is_right(self, said: str) -> bool:
        """Whether `said` is the token; where none is asked, it is."""
        return not self.token or _same(said, self.token)

    def page_key_is_right(self, said: object) -> bool:
        """Whether `said` is the key that is in the page."""
        return isinstance(said, str) and _same(said, self.page_key)


def _same(said: str, known: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(said.encode("utf-8", "replace"), known.encode())
