"""The data that comes with the package: programmes, school holidays, bank holidays."""

from functools import cache
from importlib.resources import files

from govuk_bank_holidays.bank_holidays import BankHolidays as PackagedBankHolidays

from headship_contracts.errors import NotFound
from sessions.domain.holidays import BankHolidays, SchoolHolidays, read_school_holidays
from sessions.domain.template import Template, read_template


@cache
def template_of(course: str) -> Template:
    """The template of a course. Raises NotFound `no_template`, naming those there are."""
    folder = files("sessions") / "data"
    courses = sorted(
        file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.startswith("npq-")
    )
    if course not in courses:
        raise NotFound("no_template", f"{course} has no template; there are {', '.join(courses)}")
    file = folder / f"{course}.toml"
    return read_template(file.read_text(encoding="utf-8"), file.name)


@cache
def school_holidays() -> SchoolHolidays:
    """The national skeleton of school holidays."""
    file = files("sessions") / "data" / "school-holidays.toml"
    return read_school_holidays(file.read_text(encoding="utf-8"), file.name)


@cache
def bank_holidays() -> BankHolidays:
    """GOV.UK's bank holidays as packaged: nothing is fetched."""
    packaged = PackagedBankHolidays(use_cached_holidays=True)
    found = packaged.get_holidays(division=PackagedBankHolidays.ENGLAND_AND_WALES)
    days = frozenset(holiday["date"] for holiday in found)
    # GOV.UK publishes whole years: what it tells of the last year, it tells until its end.
    return BankHolidays(days, max(days).replace(month=12, day=31))
