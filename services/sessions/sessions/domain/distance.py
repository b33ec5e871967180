"""How far it is from one place to another, as the crow flies."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6_371.0088
"""The Earth's mean radius."""

Place = tuple[float, float]
"""Latitude and longitude in degrees."""


def kilometres(one: Place, other: Place) -> float:
    """By the haversine formula."""
    (north, east), (north_too, east_too) = (map(radians, one), map(radians, other))
    across = sin((north_too - north) / 2) ** 2
    along = cos(north) * cos(north_too) * sin((east_too - east) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, across + along)))


def read_place(text: str | None) -> Place | None:
    """`51.50,-0.12` as latitude and longitude; None for what is no place on Earth."""
    try:
        north, east = (float(part) for part in (text or "").split(","))
    except ValueError:
        return None
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None
