"""Schools as GIAS codes them: types, phases, statuses, and where they are."""

import math

TYPES = {
    "1": "Community school",
    "2": "Voluntary aided school",
    "3": "Voluntary controlled school",
    "5": "Foundation school",
    "6": "City technology college",
    "7": "Community special school",
    "8": "Non-maintained special school",
    "10": "Other independent special school",
    "11": "Other independent school",
    "12": "Foundation special school",
    "14": "Pupil referral unit",
    "15": "Local authority nursery school",
    "18": "Further education",
    "24": "Secure units",
    "25": "Offshore schools",
    "26": "Service children's education",
    "27": "Miscellaneous",
    "28": "Academy sponsor led",
    "29": "Higher education institutions",
    "30": "Welsh establishment",
    "31": "Sixth form centres",
    "32": "Special post 16 institution",
    "33": "Academy special sponsor led",
    "34": "Academy converter",
    "35": "Free schools",
    "36": "Free schools special",
    "37": "British schools overseas",
    "38": "Free schools alternative provision",
    "39": "Free schools 16 to 19",
    "40": "University technical college",
    "41": "Studio schools",
    "42": "Academy alternative provision converter",
    "43": "Academy alternative provision sponsor led",
    "44": "Academy special converter",
    "45": "Academy 16-19 converter",
    "46": "Academy 16 to 19 sponsor led",
    "47": "Children's centre",
    "48": "Children's centre linked site",
    "49": "Online provider",
    "56": "Institution funded by other government department",
    "57": "Academy secure 16 to 19",
}
"""GIAS's code of an establishment's type → its name there."""

PHASES = {
    "0": None,
    "1": "nursery",
    "2": "primary",
    "3": "middle_deemed_primary",
    "4": "secondary",
    "5": "middle_deemed_secondary",
    "6": "16_plus",
    "7": "all_through",
}
"""GIAS's code of a phase → ours; 0 is "Not applicable"."""

STATUSES = {"1": "open", "2": "closed", "3": "closing", "4": "proposed"}
"""GIAS: open, closed, open but proposed to close, proposed to open."""

_PHASE_NAMES = {phase.replace("_", " "): phase for phase in PHASES.values() if phase}
_STATUS_NAMES = {
    "open": "open",
    "closed": "closed",
    "open but proposed to close": "closing",
    "closing": "closing",
    "proposed to open": "proposed",
    "proposed": "proposed",
}
_TYPE_NAMES = {name.casefold(): code for code, name in TYPES.items()}


def type_code(told: str) -> str | None:
    """The code behind a code or a name; None where GIAS has no such type."""
    code = told.strip().removeprefix("0")
    return code if code in TYPES else _TYPE_NAMES.get(told.strip().casefold())


def phase_of(told: str) -> str | None:
    """A phase by code or name. Raises KeyError for one that GIAS does not have."""
    if told in PHASES:
        return PHASES[told]
    name = " ".join(told.casefold().replace("-", " ").replace("_", " ").split())
    return None if name == "not applicable" else _PHASE_NAMES[name]


def status_of(told: str) -> str:
    """Open, closing, closed or proposed, by code or name. Raises KeyError."""
    if told in STATUSES:
        return STATUSES[told]
    return _STATUS_NAMES[" ".join(told.casefold().replace(",", " ").split())]


def place_of(easting: float, northing: float) -> str:
    """`51.50,-0.12` from metres on the National Grid, to about a kilometre.

    Source: Ordnance Survey, "A guide to coordinate systems in Great Britain", annex C; without
    the shift between the grid's ellipsoid and that of GPS, which is about a hundred metres.
    """
    a, b, scale = 6_377_563.396, 6_356_256.909, 0.9996012717
    phi_0, lambda_0, e_0, n_0 = math.radians(49), math.radians(-2), 400_000.0, -100_000.0
    e_2, n = 1 - (b * b) / (a * a), (a - b) / (a + b)
    phi, meridian = phi_0, 0.0
    while abs(northing - n_0 - meridian) >= 0.01:
        phi += (northing - n_0 - meridian) / (a * scale)
        meridian = _meridian(b * scale, n, phi, phi_0)
    sine = math.sin(phi)
    nu = a * scale / math.sqrt(1 - e_2 * sine**2)
    rho = a * scale * (1 - e_2) / (1 - e_2 * sine**2) ** 1.5
    east, tangent, secant = easting - e_0, math.tan(phi), 1 / math.cos(phi)
    latitude = (
        phi
        - tangent / (2 * rho * nu) * east**2
        + tangent
        / (24 * rho * nu**3)
        * (5 + 3 * tangent**2 + nu / rho - 1 - 9 * tangent**2 * (nu / rho - 1))
        * east**4
    )
    longitude = lambda_0 + secant / nu * east
    longitude -= secant / (6 * nu**3) * (nu / rho + 2 * tangent**2) * east**3
    return f"{math.degrees(latitude):.2f},{math.degrees(longitude):.2f}"


def _meridian(b: float, n: float, phi: float, phi_0: float) -> float:
    minus, plus = phi - phi_0, phi + phi_0
    return b * (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * minus
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * math.sin(minus) * math.cos(plus)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * math.sin(2 * minus) * math.cos(2 * plus)
        - 35 / 24 * n**3 * math.sin(3 * minus) * math.cos(3 * plus)
    )
