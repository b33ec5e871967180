"""Working days: neither weekends nor England's bank holidays."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from headship_contracts.errors import Refused

LONDON = ZoneInfo("Europe/London")
SATURDAY = 5


@dataclass(frozen=True)
class BankHolidays:
    """The bank holidays of England and Wales, as far as they are known."""

    days: frozenset[date]
    known_until: date


def end_of_working_day(at: datetime, days: int, holidays: BankHolidays) -> datetime:
    """The last second in London of the `days`-th working day after the day of `at`.

    Raises Refused `bank_holidays_unknown` rather than call a day that may be one a working day.
    """
    day = at.astimezone(LONDON).date()
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day, holidays):
            day += timedelta(days=1)
    return datetime.combine(day, time(23, 59, 59), LONDON)


def is_working_day(day: date, holidays: BankHolidays) -> bool:
    """Whether people can be expected to answer on that day."""
    if day > holidays.known_until:
        known = f"bank holidays are known until {holidays.known_until}"
        raise Refused("bank_holidays_unknown", f"{known}: take a newer govuk-bank-holidays")
    return day.weekday() < SATURDAY and day not in holidays.days
