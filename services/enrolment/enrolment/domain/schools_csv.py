"""Rows of a CSV of schools, or of one of DfE's lists: what they say, or what is wrong in them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from enrolment.domain import establishments
from enrolment.domain.csv_files import UNREADABLE

COLUMNS = {
    "urn": ("URN",),
    "name": ("EstablishmentName", "School name", "Establishment name"),
    "ukprn": ("UKPRN",),
    "trust_id": ("Trusts (code)", "Trust code", "Trust id", "Group UID"),
    "trust_name": ("Trusts (name)", "Trust name", "Trust"),
    "local_authority": ("LA (name)", "Local authority", "LA name", "LA"),
    "phase": ("PhaseOfEducation (name)", "PhaseOfEducation (code)", "Phase of education"),
    "establishment_type": (
        "TypeOfEstablishment (code)",
        "TypeOfEstablishment (name)",
        "Type of establishment",
        "Type",
    ),
    "status": (
        "EstablishmentStatus (code)",
        "EstablishmentStatus (name)",
        "Establishment status",
    ),
    "town": ("Town", "Place"),
    "postcode": ("Postcode",),
    "easting": ("Easting",),
    "northing": ("Northing",),
    "latitude": ("Latitude", "Lat"),
    "longitude": ("Longitude", "Long", "Lng"),
}
"""Field → the names of its column: GIAS's own first, then plain ones."""

NEEDED = ("urn", "name")

LIST_COLUMNS = {
    "urn": (
        "PP50 School URN",
        "RISE School URN",
        "Childminder URN",
        "LA Nursery URN",
        "Disadvantaged EY School URN",
        "URN",
        "School URN",
    ),
    "ofsted_urn": ("Ofsted URN", "Provider URN"),
    "ukprn": ("FE UKPRN", "UKPRN", "Provider UKPRN"),
    "name": ("EstablishmentName", "School name", "Establishment name", "Provider name", "Name"),
}
"""DfE's administrators upload its lists with the first names (`app/models/eligibility_list`)."""

LISTS = {
    "pp50_schools": ("urn",),
    "pp50_further_education": ("ukprn",),
    "childminders": ("urn", "ofsted_urn"),
    "rise_schools": ("urn",),
    "local_authority_nurseries": ("urn",),
    "disadvantaged_early_years": ("urn", "ofsted_urn"),
}
"""DfE's lists → the columns that may say who is on it. Ofsted's numbers are like EY944860."""

_URN = re.compile(r"\d{6,7}")
_OFSTED_URN = re.compile(r"[A-Z]{0,2}\d{5,7}")
_UKPRN = re.compile(r"1\d{7}")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")
_TRUST = re.compile(r"[A-Za-z0-9]{1,20}")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of a row."""

    field: str
    code: str
    message: str
    value: str


@dataclass(frozen=True, kw_only=True)
class SchoolRow:
    """A school as a row tells it. A field whose column is missing is not in `told`."""

    urn: str
    told: Mapping[str, str | None]
    trust_name: str | None


class _Wrong(Exception):
    """A value that cannot be."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def read_school(cells: Mapping[str, str]) -> tuple[SchoolRow | None, list[Problem]]:
    """A row's school, or its problems. `cells`: field of COLUMNS → trimmed text."""
    told: dict[str, str | None] = {}
    problems: list[Problem] = []
    for field, read in _READERS.items():
        if field not in cells:
            continue
        value = cells[field]
        try:
            told[field] = read(_readable(value))
        except _Wrong as error:
            problems.append(Problem(field, error.code, error.message, value[:100]))
    try:
        if (place := _place(cells)) is not None:
            told["place"] = place
    except _Wrong as error:
        problems.append(Problem("place", error.code, error.message, _coordinates(cells)))
    if problems:
        return None, problems
    trust_name = cells.get("trust_name") or None
    return SchoolRow(urn=told.pop("urn") or "", told=told, trust_name=trust_name), []


def read_list_entry(
    eligibility_list: str, cells: Mapping[str, str]
) -> tuple[tuple[str, str | None] | None, list[Problem]]:
    """The identifier and name of a row of one of DfE's lists, or its problems."""
    by = LISTS[eligibility_list]
    field = next((field for field in by if cells.get(field)), by[0])
    value = cells.get(field, "")
    try:
        identifier = _identifier(by, _readable(value))
    except _Wrong as error:
        return None, [Problem(field, error.code, error.message, value[:100])]
    return (identifier, cells.get("name") or None), []


def _identifier(by: Sequence[str], value: str) -> str:
    if by == ("ukprn",):
        return _matching(_UKPRN, value, "not_a_ukprn", "10012345")
    if "ofsted_urn" in by:
        return _matching(_OFSTED_URN, value.upper(), "not_a_urn", "EY944860")
    return _urn(value)


def _readable(value: str) -> str:
    if UNREADABLE in value:
        raise _Wrong("unreadable", "is neither UTF-8 nor Windows-1252")
    if "\x00" in value:
        raise _Wrong("unreadable", "holds a zero byte")
    return value


def _urn(value: str) -> str:
    return _matching(_URN, value, "not_a_urn", "six or seven digits")


def _matching(pattern: re.Pattern[str], value: str, code: str, like: str) -> str:
    if not value:
        raise _Wrong("missing", f"is needed: {like}")
    if not pattern.fullmatch(value):
        raise _Wrong(code, f"should be like this: {like}")
    return value


def _name(value: str) -> str:
    if not value:
        raise _Wrong("missing", "is needed")
    return _up_to(200)(value) or ""


def _up_to(longest: int) -> Callable[[str], str | None]:
    def read(value: str) -> str | None:
        if len(value) > longest:
            raise _Wrong("too_long", f"is over {longest} characters long")
        return value or None

    return read


def _ukprn(value: str) -> str | None:
    return _matching(_UKPRN, value, "not_a_ukprn", "10012345") if value else None


def _trust(value: str) -> str | None:
    return _matching(_TRUST, value, "not_a_trust", "a number of GIAS's") if value else None


def _postcode(value: str) -> str | None:
    if not value:
        return None
    told = " ".join(value.upper().split())
    if not _POSTCODE.fullmatch(told):
        raise _Wrong("not_a_postcode", "should be like this: SW1A 1AA")
    return f"{told[:-3].strip()} {told[-3:]}"


def _phase(value: str) -> str | None:
    if not value:
        return None
    try:
        return establishments.phase_of(value)
    except KeyError:
        raise _Wrong("unknown_phase", "is no phase of GIAS's, such as Primary") from None


def _type(value: str) -> str | None:
    if not value:
        return None
    code = establishments.type_code(value)
    if code is None:
        raise _Wrong("unknown_type", "is no type of GIAS's: a code such as 34, or its name")
    return code


def _status(value: str) -> str | None:
    if not value:
        return None
    try:
        return establishments.status_of(value)
    except KeyError:
        raise _Wrong("unknown_status", "is no status of GIAS's, such as Open") from None


def _place(cells: Mapping[str, str]) -> str | None:
    latitude, longitude = cells.get("latitude", ""), cells.get("longitude", "")
    if latitude and longitude:
        north, east = _between(latitude, 49, 61), _between(longitude, -9, 3)
        return f"{north:.2f},{east:.2f}"
    easting, northing = cells.get("easting", ""), cells.get("northing", "")
    if easting.strip("0") and northing.strip("0"):
        return establishments.place_of(
            _between(easting, 1, 700_000), _between(northing, 1, 1_300_000)
        )
    return None


def _between(value: str, least: float, most: float) -> float:
    try:
        number = float(value)
    except ValueError:
        raise _Wrong("not_a_number", "should be a number") from None
    if not least <= number <= most:
        raise _Wrong("not_in_britain", f"should lie between {least:g} and {most:g}")
    return number


def _coordinates(cells: Mapping[str, str]) -> str:
    names = ("easting", "northing", "latitude", "longitude")
    return " ".join(cells[name] for name in names if cells.get(name))[:100]


_READERS: Mapping[str, Callable[[str], str | None]] = {
    "urn": _urn,
    "name": _name,
    "ukprn": _ukprn,
    "trust_id": _trust,
    "local_authority": _up_to(60),
    "phase": _phase,
    "establishment_type": _type,
    "status": _status,
    "town": _up_to(100),
    "postcode": _postcode,
}
