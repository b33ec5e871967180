"""What was so on a day, by what was known at an instant: against a plainer way to work it out."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.training import (
    SCHOOL,
    TRAINING_STATUS,
    Entry,
    deferrals,
    standing,
    state_on,
)

FIRST = date(2026, 9, 1)
DAYS = 40
BEGAN = datetime(2026, 9, 1, 12, tzinfo=UTC)


@st.composite
def histories(draw):
    """Entries as they are recorded one after the other, some of them correcting an earlier one."""
    entries = []
    at = BEGAN
    for number in range(1, draw(st.integers(0, 9)) + 1):
        at += timedelta(hours=draw(st.integers(0, 60)))
        aspect = draw(st.sampled_from([TRAINING_STATUS, SCHOOL]))
        corrects = None
        replaced = {entry.corrects for entry in entries}
        open_to_correction = [e for e in entries if e.number not in replaced]
        if open_to_correction and draw(st.booleans()):
            wrong = draw(st.sampled_from(open_to_correction))
            corrects, aspect = wrong.number, wrong.aspect
        entries.append(
            Entry(
                number=number,
                aspect=aspect,
                value=draw(st.sampled_from(["active", "deferred", "withdrawn"])),
                effective_on=FIRST + timedelta(days=draw(st.integers(0, DAYS))),
                recorded_at=at,
                corrects=corrects,
            )
        )
    return entries


def day_by_day(entries, known_at):
    """For each aspect a calendar, painted from each entry's day on, in the order of recording;
    what was corrected is painted as it was corrected."""
    known = [entry for entry in entries if entry.recorded_at <= known_at]
    calendars = {}
    for entry in known:
        if entry.corrects is not None:
            continue
        right = entry
        while True:
            later = [other for other in known if other.corrects == right.number]
            if not later:
                break
            (right,) = later
        calendar = calendars.setdefault(entry.aspect, {})
        for offset in range(DAYS + 1):
            day = FIRST + timedelta(days=offset)
            if day >= right.effective_on:
                calendar[day] = right.value
    return calendars


INSTANTS = st.integers(0, 400).map(lambda hours: BEGAN + timedelta(hours=hours))
OFFSETS = st.integers(0, DAYS)


@given(entries=histories(), known_at=INSTANTS, offset=OFFSETS)
def test_what_was_known_of_a_day_is_what_a_calendar_would_show(entries, known_at, offset):
    day = FIRST + timedelta(days=offset)

    found = {aspect: entry.value for aspect, entry in state_on(entries, day, known_at).items()}

    painted = day_by_day(entries, known_at)
    assert found == {aspect: days[day] for aspect, days in painted.items() if day in days}


@given(entries=histories(), known_at=INSTANTS, offset=OFFSETS, later=histories())
def test_what_was_known_never_changes_by_what_is_recorded_later(entries, known_at, offset, later):
    day = FIRST + timedelta(days=offset)
    before = [entry for entry in entries if entry.recorded_at <= known_at]

    assert state_on(entries, day, known_at) == state_on(before, day, known_at)
    assert deferrals(entries, known_at) == deferrals(before, known_at)


@given(entries=histories())
def test_an_entry_stands_once_however_often_it_was_corrected(entries):
    known_at = BEGAN + timedelta(days=400)

    standing_now = standing(entries, known_at)

    assert len(standing_now) == sum(entry.corrects is None for entry in entries)
    replaced = {entry.corrects for entry in entries}
    assert not replaced & {entry.number for entry in standing_now}


def an_entry(number, value, on, recorded_on, **more):
    at = datetime(recorded_on.year, recorded_on.month, recorded_on.day, 12, tzinfo=UTC)
    return Entry(
        number=number,
        aspect=TRAINING_STATUS,
        value=value,
        effective_on=on,
        recorded_at=at,
        **more,
    )


def test_a_withdrawal_that_is_told_late_covers_what_was_thought_meanwhile():
    entries = [
        an_entry(1, "active", date(2026, 9, 7), date(2026, 9, 7)),
        an_entry(2, "deferred", date(2026, 10, 12), date(2026, 10, 20)),
        an_entry(3, "active", date(2026, 12, 1), date(2026, 12, 1)),
        an_entry(4, "withdrawn", date(2026, 11, 1), date(2026, 12, 10)),
    ]

    def status(day, known_on):
        known_at = datetime(known_on.year, known_on.month, known_on.day, 18, tzinfo=UTC)
        found = state_on(entries, day, known_at).get(TRAINING_STATUS)
        return found.value if found else None

    assert status(date(2026, 10, 15), date(2026, 10, 16)) == "active"
    assert status(date(2026, 10, 15), date(2026, 10, 21)) == "deferred"
    assert status(date(2026, 12, 5), date(2026, 12, 5)) == "active"
    assert status(date(2026, 12, 5), date(2026, 12, 11)) == "withdrawn"
    assert status(date(2026, 10, 31), date(2026, 12, 11)) == "deferred"
    assert status(date(2026, 9, 1), date(2026, 12, 11)) is None
