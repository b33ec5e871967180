"""The clocks of circumstances and appeals: working days, and what follows when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from headship_contracts.errors import Refused

SATURDAY = 5


class Stage(StrEnum):
    """The stages of an appeal, in their order."""

    CLERICAL_CHECK = "clerical_check"
    REVIEW_OF_MARKING = "review_of_marking"
    PANEL = "panel"


@dataclass(frozen=True)
class Calendar:
    """England's bank holidays, as far as they are known."""

    bank_holidays: Collection[date]
    known_until: date


def next_stage(stage: Stage) -> Stage | None:
    """What may be asked for after this stage was dismissed; None after the panel."""
    stages = list(Stage)
    after = stages.index(stage) + 1
    return stages[after] if after < len(stages) else None


def after_working_days(day: date, days: int, calendar: Calendar) -> date:
    """The `days`-th working day after `day`: neither weekend nor bank holiday.

    Raises Refused `bank_holidays_unknown` rather than call a day that may be one a working day.
    """
    for _ in range(days):
        day += timedelta(days=1)
        while not _is_working_day(day, calendar):
            day += timedelta(days=1)
    return day


def _is_working_day(day: date, calendar: Calendar) -> bool:
    if day > calendar.known_until:
        known = f"bank holidays are known until {calendar.known_until}"
        raise Refused("bank_holidays_unknown", f"{known}: take a newer govuk-bank-holidays")
    return day.weekday() < SATURDAY and day not in calendar.bank_holidays
