"""Is somebody where he should be: distance on the ground between two GCJ-02 points."""

from __future__ import annotations

import math

from handlers.message import Place

_EARTH = 6_371_008.8  # metres, mean radius
_MOST_ACCURACY = 150.0  # metres of doubt that are taken into account at most


def metres(place: Place, latitude: float, longitude: float) -> float:
    """Great-circle distance (haversine)."""
    north, south = math.radians(place.latitude), math.radians(latitude)
    high = math.sin((south - north) / 2) ** 2
    wide = math.sin(math.radians(longitude - place.longitude) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(high + math.cos(north) * math.cos(south) * wide))


def is_inside(place: Place, latitude: float, longitude: float, radius: int) -> bool:
    """Within the radius, the doubt of the measurement counted for the worker."""
    return metres(place, latitude, longitude) <= radius + min(place.accuracy or 0.0, _MOST_ACCURACY)


def told(distance: float) -> str:
    """约300米, 约1.2公里"""
    return f"约{round(distance / 10) * 10}米" if distance < 1000 else f"约{distance / 1000:.1f}公里"
