"""Programmes and holidays: what was put or imported, and what comes with the package."""

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from govuk_bank_holidays.bank_holidays import BankHolidays as PackagedBankHolidays
from sqlalchemy import select

from headship_contracts.errors import NotFound
from kit import Transaction
from kit.metrics import tell_bank_holidays_end
from sessions.domain.holidays import BankHolidays, SchoolHolidays, read_school_holidays
from sessions.domain.template import Template, read_template
from sessions.domain.terms import School, SchoolCalendars, Span, authority_key
from sessions.models import ProgrammeTemplate, TermDate

_AT_ONCE = 1_000


def template_of(tx: Transaction, course: str, version: str | None = None) -> Template:
    """The template in force of a course, or a version of it that a plan was made of.

    Raises NotFound `no_template`, naming those there are.
    """
    return parsed(content_of(tx, course, version), f"{course}.yaml")


def content_of(tx: Transaction, course: str, version: str | None = None) -> str:
    """The same as a file."""
    wanted = select(ProgrammeTemplate).where(ProgrammeTemplate.course == course)
    if version is None:
        wanted = wanted.where(ProgrammeTemplate.put_at.is_not(None))
        wanted = wanted.order_by(ProgrammeTemplate.put_at.desc()).limit(1)
    else:
        wanted = wanted.where(ProgrammeTemplate.version == version)
    if (found := tx.scalar(wanted)) is not None:
        return found.content
    ours = packaged_content(course)
    if version is not None and parsed(ours, course).version != version:
        raise NotFound("no_template", f"{course} has no version {version}")
    return ours


def packaged_courses() -> list[str]:
    """The courses whose template comes with the package."""
    names = [file.name for file in (files("sessions") / "data").iterdir()]
    return sorted(name.removesuffix(".yaml") for name in names if name.startswith("npq-"))


@cache
def packaged_content(course: str) -> str:
    """Raises NotFound `no_template`, naming those there are."""
    courses = packaged_courses()
    if course not in courses:
        raise NotFound("no_template", f"{course} has no template; there are {', '.join(courses)}")
    return (files("sessions") / "data" / f"{course}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def parsed(content: str, source: str) -> Template:
    """`read_template`, once for each text."""
    return read_template(content, source)


def calendars(tx: Transaction, schools: Iterable[School]) -> SchoolCalendars:
    """When these schools are closed."""
    asked = set(schools)
    urns = sorted({school.urn for school in asked if school.urn})
    authorities = sorted({authority_key(s.authority) for s in asked if s.authority})
    return SchoolCalendars(
        school_holidays(), _spans(tx, "school", urns), _spans(tx, "authority", authorities)
    )


def _spans(tx: Transaction, kind: str, owners: list[str]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for start in range(0, len(owners), _AT_ONCE):
        wanted = select(TermDate).where(
            TermDate.owner_kind == kind, TermDate.owner.in_(owners[start : start + _AT_ONCE])
        )
        for row in tx.scalars(wanted):
            span = Span(row.first_day, row.last_day, row.kind, row.name)
            found.setdefault(row.owner, []).append(span)
    return found


@cache
def school_holidays() -> SchoolHolidays:
    """The national skeleton of school holidays."""
    file = files("sessions") / "data" / "school-holidays.yaml"
    return read_school_holidays(file.read_text(encoding="utf-8"), file.name)


@cache
def bank_holidays() -> BankHolidays:
    """GOV.UK's bank holidays as packaged: nothing is fetched."""
    packaged = PackagedBankHolidays(use_cached_holidays=True)
    found = packaged.get_holidays(division=PackagedBankHolidays.ENGLAND_AND_WALES)
    return BankHolidays.published(frozenset(holiday["date"] for holiday in found))


tell_bank_holidays_end("sessions", lambda: bank_holidays().known_until)
