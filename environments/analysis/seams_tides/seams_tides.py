"""The tides of a made-up harbour: the package that only the `analysis` environment holds."""

import math

HOURS_BETWEEN_HIGH_TIDES = 12.42


def height(hour: float) -> float:
    """The height of the water in metres above mean level, `hour` hours after a high tide."""
    return round(1.5 * math.cos(2 * math.pi * hour / HOURS_BETWEEN_HIGH_TIDES), 2)
