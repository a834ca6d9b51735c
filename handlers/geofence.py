"""Is somebody where he should be: distance on the ground between two GCJ-02 points."""

from __future__ import annotations

import math

from handlers.message import Place
from records import ground

_MOST_ACCURACY = 150.0  # metres of doubt that are taken into account at most
_TOO_ROUGH = 500.0  # metres of accuracy from which on a measurement says nothing
_AXIS, _FLATTENING = 6_378_245.0, 0.006693421622965943  # Krasovsky 1940: metres, eccentricity squared


def metres(place: Place, latitude: float, longitude: float) -> float:
    """Distance on the ground."""
    return ground.metres(place.latitude, place.longitude, latitude, longitude)


def is_inside(place: Place, latitude: float, longitude: float, radius: int) -> bool:
    """Within the radius, the doubt of the measurement counted for the worker."""
    return metres(place, latitude, longitude) <= radius + min(_doubt(place), _MOST_ACCURACY)


def is_vague(place: Place, latitude: float, longitude: float, radius: int) -> bool:
    """Is the measurement too rough to say, and not so far off that it is outside all the same?"""
    doubt = _doubt(place)
    return doubt > _TOO_ROUGH and metres(place, latitude, longitude) <= radius + doubt


def _doubt(place: Place) -> float:
    return ground.UNSTATED if place.accuracy is None else max(place.accuracy, 0.0)


def told(distance: float) -> str:
    """约300米, 约1.2公里"""
    return f"约{round(distance / 10) * 10}米" if distance < 1000 else f"约{distance / 1000:.1f}公里"


def to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """A browser's point (WGS-84, degrees) as Chinese maps and WeChat give it (GCJ-02); outside China it stays as it is."""
    if not (0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347):
        return latitude, longitude
    east, north, angle = longitude - 105, latitude - 35, math.radians(latitude)
    bend = 1 - _FLATTENING * math.sin(angle) ** 2
    metres_north = math.pi / 180 * _AXIS * (1 - _FLATTENING) / bend**1.5  # in one degree
    metres_east = math.pi / 180 * _AXIS * math.cos(angle) / math.sqrt(bend)
    return latitude + _shift_north(east, north) / metres_north, longitude + _shift_east(east, north) / metres_east


def _shift_north(east: float, north: float) -> float:
    shift = -100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * math.sqrt(abs(east))
    return shift + _waves(east, (20, 6), (20, 2)) + _waves(north, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))


def _shift_east(east: float, north: float) -> float:
    shift = 300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * math.sqrt(abs(east))
    waves = (20, 6), (20, 2), (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30)
    return shift + _waves(east, *waves)


def _waves(along: float, *waves: tuple[float, float]) -> float:
    return sum(height * math.sin(math.pi * pace * along) for height, pace in waves) * 2 / 3
