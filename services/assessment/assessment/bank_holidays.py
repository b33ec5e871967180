"""England's bank holidays, from the package that carries GOV.UK's list."""

from datetime import date
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from assessment.domain.deadlines import Calendar
from kit.metrics import tell_bank_holidays_end


@cache
def calendar() -> Calendar:
    """All that are known; the last year in the list is taken to be whole."""
    listed = BankHolidays(use_cached_holidays=True).get_holidays(BankHolidays.ENGLAND_AND_WALES)
    days = frozenset(holiday["date"] for holiday in listed)
    return Calendar(days, date(max(days).year, 12, 31))


tell_bank_holidays_end("assessment", lambda: calendar().known_until)
