"""What is due and must wait: for a decent hour or day, or since someone, or all, have had enough
today.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from govuk_bank_holidays.bank_holidays import BankHolidays
from sqlalchemy import delete, select

from headship_contracts.errors import Invalid
from headship_contracts.notifications.preferences import (
    HolidayRecord,
    SchoolHolidays,
    SetSchoolHolidays,
)
from kit import Transaction
from kit.metrics import tell_bank_holidays_end
from notifications import metrics, queries
from notifications.domain.quiet import (
    DAILY_LIMIT,
    ENOUGH,
    Calendar,
    Holiday,
    held_until,
    next_day,
    next_morning,
    read_hours,
)
from notifications.domain.templates import CRITICAL, INFORMATIONAL, TRANSACTIONAL
from notifications.domain.wording import LONDON
from notifications.facts import Known
from notifications.models import Application, Message, SchoolHoliday
from notifications.settings import NotificationsSettings

_bank_holidays: frozenset[date] | None = None


def bank_holidays() -> frozenset[date]:
    """Those of England and Wales, as far ahead as GOV.UK has told; from the library's own copy."""
    global _bank_holidays
    if _bank_holidays is None:
        told = BankHolidays(use_cached_holidays=True)
        days = told.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
        _bank_holidays = frozenset(day["date"] for day in days)
    return _bank_holidays


tell_bank_holidays_end("notifications", lambda: max(bank_holidays()).replace(month=12, day=31))


class Holding:
    """What must wait among the messages that a round has taken."""

    def __init__(
        self,
        tx: Transaction,
        messages: Sequence[Message],
        known: Known,
        settings: NotificationsSettings,
        left_today: int | None,
    ) -> None:
        """`left_today`: how many messages may still leave; None: no limit."""
        self._tx, self._known, self._left_today = tx, known, left_today
        self._hours = read_hours(settings.quiet_hours)
        self._most = settings.informational_per_day
        can_wait = [one for one in messages if one.message_class == INFORMATIONAL]
        self._holidays = _holidays_of(tx, map(known.application_of, can_wait))
        people = {one.person_id for one in can_wait if one.person_id is not None}
        # no other round takes any meanwhile: the tokens of the channel are locked since before
        these = [one.message_id for one in can_wait]
        self._had = Counter(queries.told_since(tx, people, _midnight(tx.at), these))

    def hold(self, message: Message) -> bool:
        """Put it off if it must wait, and say whether it did."""
        about = self._known.application_of(message)
        calendar = self._calendar(about if message.person_id is not None else None)
        found = held_until(message.message_class, self._tx.at, self._hours, calendar)
        if found is not None and _is_too_late(message, self._tx.at, found[0]):
            found = held_until(TRANSACTIONAL, self._tx.at, self._hours, calendar)
        if found is None and self._has_enough(message):
            found = (next_morning(self._tx.at, self._hours), ENOUGH)
        if found is None and not self._may_leave_today(message):
            tomorrow = next_day(message.message_class, self._tx.at, self._hours, calendar)
            found = (tomorrow, DAILY_LIMIT)
        if found is None:
            return False
        until, why = found
        told = {"at": self._tx.at.isoformat(), "until": until.isoformat(), "why": why}
        message.holds = [*(message.holds or []), told]
        message.due_at, message.claimed_by = until, None
        self._tx.count(metrics.messages_held.labels(reason=why))
        return True

    def _has_enough(self, message: Message) -> bool:
        person = message.person_id
        if message.message_class != INFORMATIONAL or person is None or not self._most:
            return False
        self._had[person] += 1
        return self._had[person] > self._most

    def _may_leave_today(self, message: Message) -> bool:
        """Critical messages count and are not held: tomorrow a deadline may be over."""
        if self._left_today is None:
            return True
        if self._left_today <= 0 and message.message_class != CRITICAL:
            return False
        self._left_today -= 1
        return True

    def _calendar(self, application: Application | None) -> Calendar:
        if application is None:
            return Calendar(bank_holidays(), None)
        known = (self._holidays[one] for one in _places(application) if one in self._holidays)
        return Calendar(bank_holidays(), next(known, []))


def _is_too_late(message: Message, at: datetime, until: datetime) -> bool:
    """Whether what is yet to begin, as it says, has begun by then: it does not wait so long."""
    begins = message.personalisation.get("starts on")
    if message.message_class != INFORMATIONAL or not isinstance(begins, Mapping):
        return False
    on = date.fromisoformat(begins["day"])
    return at.astimezone(LONDON).date() < on <= until.astimezone(LONDON).date()


def _holidays_of(
    tx: Transaction, applications: Iterable[Application | None]
) -> dict[str, list[Holiday]]:
    places = {place for one in applications if one is not None for place in _places(one)}
    found: dict[str, list[Holiday]] = {}
    if places:
        rows = select(SchoolHoliday).where(SchoolHoliday.place.in_(places))
        for row in tx.scalars(rows):
            found.setdefault(row.place, []).append(Holiday(row.first_day, row.last_day))
    return found


def _places(application: Application) -> list[str]:
    """Whose term dates hold, the nearest first."""
    told = []
    if application.school_urn is not None:
        told.append(f"school:{application.school_urn}")
    if application.local_authority is not None:
        told.append(f"la:{application.local_authority.casefold()}")
    return told


def set_school_holidays(tx: Transaction, request: SetSchoolHolidays) -> SchoolHolidays:
    """Replace what is known of a place. Raises Invalid, naming what is wrong."""
    if (request.school_urn is None) == (request.local_authority is None):
        raise Invalid("one_place", "give a school_urn or a local_authority", {})
    if request.school_urn is not None:
        place = f"school:{request.school_urn}"
    else:
        place = f"la:{(request.local_authority or '').strip().casefold()}"
    days = sorted(request.holidays, key=lambda one: one.first_day)
    wrong = [
        f"{one.name}: {one.last_day} is before {one.first_day}"
        for one in days
        if one.last_day < one.first_day
    ]
    wrong += [
        f"{later.name} begins before {one.name} ends"
        for one, later in pairwise(days)
        if later.first_day <= one.last_day
    ]
    if wrong:
        raise Invalid("holidays_invalid", "; ".join(wrong), {"holidays": wrong})
    tx.execute(delete(SchoolHoliday).where(SchoolHoliday.place == place))
    tx.add_all(
        SchoolHoliday(place=place, first_day=d.first_day, last_day=d.last_day, name=d.name)
        for d in days
    )
    tx.flush()
    return SchoolHolidays(
        place=place,
        holidays=[
            HolidayRecord(name=d.name, first_day=d.first_day, last_day=d.last_day) for d in days
        ],
    )


def _midnight(at: datetime) -> datetime:
    """When the day began, in London."""
    local = at.astimezone(LONDON)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
