"""What `seams tap` and `seams trace` share: the wire's errors are problems like all others, told in one line."""

from __future__ import annotations

from typing import Any

import click

from kernel_seams.errors import WireError


class WireGroup(click.Group):
    """A group whose commands may raise what `kernel_seams.wire` raises, which knows none of this package's errors."""

    def invoke(self, ctx: click.Context) -> Any:
        from kernel_seams.wire.connection import ConnectionFileError
        from kernel_seams.wire.tap.faults import FaultError
        from kernel_seams.wire.tap.running import TapError
        from kernel_seams.wire.trace import TraceError

        try:
            return super().invoke(ctx)
        except (TraceError, FaultError, TapError, ConnectionFileError) as error:
            text = str(error).rstrip(".")
            raise WireError(f"{text[:1].upper()}{text[1:]}." if not text.startswith("/") else f"{text}.") from None
