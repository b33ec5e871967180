"""A made-up register of schools, as GIAS publishes the real one, and DfE's eligibility lists.

Columns have the names of GIAS' `edubasealldata.csv`, of which these are about a quarter; its codes
are the real ones, but for those of local authorities. Lists have the headings that DfE's
administrators upload them with (`app/models/eligibility_list/*.rb`). URNs begin with 99, UKPRNs
with 199, postcodes with ZZ: no school has such.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from dfe_simulator.names import LAST_NAMES, REGIONS, SAINTS, TRUST_KINDS
from dfe_simulator.records import School
from enrolment.domain.dfe.funding import ELIGIBLE_ESTABLISHMENT_TYPES

TYPES = {  # code → name, group's code, group's name
    "1": ("Community school", "4", "Local authority maintained schools"),
    "2": ("Voluntary aided school", "4", "Local authority maintained schools"),
    "5": ("Foundation school", "4", "Local authority maintained schools"),
    "7": ("Community special school", "5", "Special schools"),
    "11": ("Other independent school", "3", "Independent schools"),
    "14": ("Pupil referral unit", "4", "Local authority maintained schools"),
    "15": ("Local authority nursery school", "4", "Local authority maintained schools"),
    "18": ("Further education", "1", "Colleges"),
    "28": ("Academy sponsor led", "10", "Academies"),
    "30": ("Welsh establishment", "6", "Welsh schools"),
    "34": ("Academy converter", "10", "Academies"),
    "35": ("Free schools", "11", "Free Schools"),
    "37": ("British schools overseas", "9", "Other types"),
    "39": ("Free schools 16 to 19", "11", "Free Schools"),
}
STATUSES = {
    "1": "Open",
    "2": "Closed",
    "3": "Open, but proposed to close",
    "4": "Proposed to open",
}
PHASES = {
    "0": "Not applicable",
    "1": "Nursery",
    "2": "Primary",
    "4": "Secondary",
    "6": "16 plus",
    "7": "All-through",
}
IN_TRUSTS = ("28", "34", "35", "39")
FURTHER_EDUCATION = ("18", "39")
NO_SCHOOL_OF_A_PHASE = ("7", "11", "14", "30", "37")
_WORLD_PHASES = {"primary": "2", "secondary": "4", "all_through": "7"}
_HOW_MANY = {  # type → so many of a hundred
    **{"1": 24, "2": 8, "5": 4, "7": 5, "11": 8, "14": 3, "15": 4, "18": 3},
    **{"28": 9, "30": 1, "34": 25, "35": 3, "37": 1, "39": 2},
}
TODAY = date(2026, 9, 1)


@dataclass(frozen=True, slots=True)
class Establishment:
    """A line of the register."""

    urn: str
    ukprn: str
    name: str
    type_code: str
    status_code: str
    phase_code: str
    region: str
    trust_id: str | None
    trust_name: str | None
    closed_on: date | None = None

    @property
    def number(self) -> int:
        """What is unlike in each: the end of its URN."""
        return int(self.urn[2:])


def of_schools(schools: Iterable[School]) -> list[Establishment]:
    """The schools that a seeded world's people come from: all of them open."""
    return [
        Establishment(
            urn=school.urn,
            ukprn=school.ukprn,
            name=school.name,
            type_code=school.establishment_type_code,
            status_code="1",
            phase_code=_WORLD_PHASES[school.phase],
            region=school.local_authority.removesuffix(" Council"),
            trust_id=school.trust_id,
            trust_name=school.trust_name,
        )
        for school in schools
    ]


def establishments(
    number: int, seed: int, *, after: Sequence[Establishment]
) -> list[Establishment]:
    """So many: first those that are there, then others of every kind, a tenth of them not open."""
    random = Random(f"{seed} schools")
    types, weights = list(_HOW_MANY), list(_HOW_MANY.values())
    made = list(after[:number])
    for position in range(len(made), number):
        type_code = random.choices(types, weights)[0]
        made.append(_an_establishment(position, type_code, random))
    return made


def _an_establishment(position: int, type_code: str, random: Random) -> Establishment:
    region = random.choice(REGIONS)
    trust = random.randrange(40)
    in_trust = type_code in IN_TRUSTS and random.random() < 0.9
    trust_name = f"{REGIONS[trust % len(REGIONS)]} {TRUST_KINDS[trust % 3]}"
    status_code = random.choices(("1", "2", "3", "4"), (90, 7, 2, 1))[0]
    closed_on = None
    if status_code == "2":
        closed_on = TODAY - timedelta(days=random.randrange(1, 3_000))
    place = random.choice(LAST_NAMES)
    return Establishment(
        urn=f"99{position:04}",
        ukprn=f"{19_900_000 + position}",
        name=_name(type_code, place, random),
        type_code=type_code,
        status_code=status_code,
        phase_code=_phase(type_code, random),
        region=region,
        trust_id=f"TR{500 + trust:05}" if in_trust else None,
        trust_name=trust_name if in_trust else None,
        closed_on=closed_on,
    )


def _name(type_code: str, place: str, random: Random) -> str:
    if type_code == "2":
        return f"{random.choice(SAINTS)} Catholic Primary School, {place}"
    kinds = {
        "7": "Special School",
        "14": "Pupil Referral Unit",
        "15": "Nursery School",
        "18": "College",
        "39": "Sixth Form",
    }
    return f"{place} {kinds.get(type_code, random.choice(('School', 'Academy', 'Primary School')))}"


def _phase(type_code: str, random: Random) -> str:
    if type_code == "15":
        return "1"
    if type_code in FURTHER_EDUCATION:
        return "6"
    if type_code in NO_SCHOOL_OF_A_PHASE:
        return "0"
    return random.choices(("2", "4", "7"), (70, 25, 5))[0]


def register_csv(listed: Iterable[Establishment]) -> str:
    """The register."""
    rows = [_row(one) for one in listed]
    return _table(list(rows[0]) if rows else ["URN"], [list(row.values()) for row in rows])


def _row(one: Establishment) -> dict[str, str]:
    type_name, group_code, group_name = TYPES[one.type_code]
    la_number = REGIONS.index(one.region)
    flag = ("3", "Supported by a multi-academy trust") if one.trust_id else ("0", "Not applicable")
    return {
        "URN": one.urn,
        "LA (code)": f"{980 + la_number}",
        "LA (name)": f"{one.region} Council",
        "EstablishmentNumber": f"{2_000 + one.number % 7_000}",
        "EstablishmentName": one.name,
        "TypeOfEstablishment (code)": one.type_code,
        "TypeOfEstablishment (name)": type_name,
        "EstablishmentTypeGroup (code)": group_code,
        "EstablishmentTypeGroup (name)": group_name,
        "EstablishmentStatus (code)": one.status_code,
        "EstablishmentStatus (name)": STATUSES[one.status_code],
        "OpenDate": "01-09-2004",
        "CloseDate": one.closed_on.strftime("%d-%m-%Y") if one.closed_on else "",
        "PhaseOfEducation (code)": one.phase_code,
        "PhaseOfEducation (name)": PHASES[one.phase_code],
        "NumberOfPupils": f"{60 + one.number * 37 % 1_400}",
        "TrustSchoolFlag (code)": flag[0],
        "TrustSchoolFlag (name)": flag[1],
        "Trusts (code)": one.trust_id or "",
        "Trusts (name)": one.trust_name or "",
        "UKPRN": one.ukprn,
        "LastChangedDate": TODAY.strftime("%d-%m-%Y"),
        "Street": f"{1 + one.number % 200} School Lane",
        "Locality": "",
        "Town": one.region.replace("-", " "),
        "County (name)": "",
        "Postcode": f"ZZ{1 + la_number} {one.number % 10}AA",
        "GOR (name)": "Wales (pseudo)" if one.type_code == "30" else "England (made up)",
        "Easting": f"{300_000 + la_number * 20_000 + one.number * 13 % 9_000}",
        "Northing": f"{200_000 + la_number * 15_000 + one.number * 29 % 9_000}",
        "Country (name)": "",
    }


def lists(listed: Sequence[Establishment], seed: int, *, all_pp50: int = 0) -> dict[str, str]:
    """The eligibility lists, as CSV by file name. The first `all_pp50` establishments are on the
    list of disadvantaged schools if they are of a type that can be, of all others about half.
    """
    random = Random(f"{seed} lists")
    schools = [one for one in listed if one.type_code in ELIGIBLE_ESTABLISHMENT_TYPES]
    first = {one.urn for one in listed[:all_pp50]}
    pp50 = [one for one in schools if one.urn in first or random.random() < 0.5]
    nurseries = [one.urn for one in listed if one.type_code == "15"]
    early_years = [[one.urn, ""] for one in schools if one.phase_code in ("1", "2")]
    early_years = [row for row in early_years if random.random() < 0.3]
    early_years += [[f"98{n:04}", f"EY99{n:04}"] for n in range(len(listed) // 4)]
    childminders = [f"EY98{n:04}" for n in range(len(listed) // 2)]
    further = [one.ukprn for one in pp50 if one.type_code in FURTHER_EDUCATION]
    not_further = [one.urn for one in pp50 if one.type_code not in FURTHER_EDUCATION]
    rise = [one.urn for one in schools if random.random() < 0.02]
    return {
        "pp50_schools.csv": _column("PP50 School URN", not_further),
        "pp50_further_education.csv": _column("FE UKPRN", further),
        "childminders.csv": _column("Childminder URN", childminders),
        "rise_schools.csv": _column("RISE School URN", rise),
        "la_nurseries.csv": _column("LA Nursery URN", nurseries),
        "disadvantaged_early_years.csv": _table(
            ["Disadvantaged EY School URN", "Ofsted URN"], early_years
        ),
    }


def _column(heading: str, values: Iterable[str]) -> str:
    return _table([heading], [[value] for value in values])


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return table.getvalue()
