"""Distance on the ground between two points of the same kind."""

from __future__ import annotations

import math

UNSTATED = 50.0  # metres of doubt of a location that states none, as WeChat's do
_EARTH = 6_371_008.8  # metres, mean radius


def metres(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Great-circle distance (haversine) between two points in degrees."""
    north, south = math.radians(latitude), math.radians(to_latitude)
    high = math.sin((south - north) / 2) ** 2
    wide = math.sin(math.radians(to_longitude - longitude) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(high + math.cos(north) * math.cos(south) * wide))
