"""The waitlist as a function: no more offers than places, in order, and to nobody who said no."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.places import EVERYWHERE
from enrolment.domain.waitlist import (
    NOT_ELIGIBLE,
    Entry,
    Facts,
    Move,
    Policy,
    band_of,
    in_order,
    meets,
    next_offers,
)
from enrolment.domain.working_days import BankHolidays, end_of_working_day, is_working_day
from headship_contracts.errors import Refused

START = datetime(2026, 9, 1, tzinfo=UTC)
HUBS = ["hub-a", "hub-b"]


def an_entry(number, **told):
    known = {"application_id": UUID(int=number), "joined_at": START + timedelta(minutes=number)}
    return Entry(**{**known, **told})


facts = st.builds(
    Facts,
    eligible_for_funding=st.booleans(),
    works_in_england=st.booleans(),
    phase=st.sampled_from(["primary", "secondary", None]),
)
policies = st.builds(
    Policy,
    conditions=st.sampled_from([(), ("eligible_for_funding",), ("works_in_england",)]),
    bands=st.sampled_from([(), ("phase:primary",), ("phase:secondary", "eligible_for_funding")]),
    tie_break=st.sampled_from(["timestamp", "lottery"]),
    seed=st.sampled_from(["one", "two"]),
)


@st.composite
def lines(draw):
    count = draw(st.integers(0, 12))
    return [
        an_entry(
            number,
            joined_at=START + timedelta(minutes=draw(st.integers(0, 20))),
            waits=draw(st.booleans()),
            together_id=draw(st.sampled_from([None, None, UUID(int=1), UUID(int=2)])),
            scopes=draw(st.sampled_from([(EVERYWHERE,), *[(hub, EVERYWHERE) for hub in HUBS]])),
            facts=draw(facts),
        )
        for number in range(count)
    ]


@st.composite
def moved_lines(draw):
    entries = draw(lines())
    ids = st.sampled_from([entry.application_id for entry in entries]) if entries else st.nothing()
    moves = st.builds(Move, application_id=ids, before=ids) | st.builds(
        Move, application_id=ids, after=ids
    )
    return entries, draw(st.lists(moves, max_size=4)) if entries else []


free_places = st.fixed_dictionaries(
    {EVERYWHERE: st.none() | st.integers(0, 8), "hub-a": st.none() | st.integers(0, 4)}
)


@given(moved_lines(), policies, free_places)
def test_no_more_places_are_offered_than_are_free(line, policy, free):
    entries, moves = line

    turn = next_offers(in_order(entries, policy, moves), policy, free)

    offered = Counter(scope for entry in turn.offered for scope in entry.scopes)
    assert all(free.get(s) is None or number <= free[s] for s, number in offered.items())
    assert len({entry.application_id for entry in turn.offered}) == len(turn.offered)


@given(moved_lines(), policies, free_places)
def test_only_those_who_wait_and_meet_the_conditions_are_offered_a_place(line, policy, free):
    entries, moves = line

    turn = next_offers(in_order(entries, policy, moves), policy, free)

    assert all(entry.waits for entry in turn.offered)
    assert all(meets(e.facts, c) for e in turn.offered for c in policy.conditions)


@given(moved_lines(), policies, free_places)
def test_those_who_wait_together_are_offered_places_together(line, policy, free):
    entries, moves = line

    turn = next_offers(in_order(entries, policy, moves), policy, free)

    served = {entry.application_id for entry in turn.offered}
    for entry in turn.offered:
        if entry.together_id is not None:
            group = [e for e in entries if e.waits and e.together_id == entry.together_id]
            assert {e.application_id for e in group} <= served


@given(moved_lines(), policies, st.integers(0, 8))
def test_nobody_is_served_before_someone_in_front_who_could_have_the_place(line, policy, number):
    entries, moves = line
    alone = [e for e in entries if e.together_id is None]
    ordered = in_order(alone, policy, moves)

    turn = next_offers(ordered, policy, {EVERYWHERE: number})

    able = [e for e in ordered if e.waits and turn.passed_over.get(e.application_id) is None]
    assert turn.offered == able[:number]
    assert set(turn.passed_over.values()) <= {NOT_ELIGIBLE}


@given(moved_lines(), policies)
def test_nobody_is_lost_or_doubled_and_the_answer_is_the_same_in_any_input_order(line, policy):
    entries, moves = line

    ordered = in_order(entries, policy, moves)

    assert ordered == in_order(list(reversed(entries)), policy, moves)
    assert Counter(e.application_id for e in ordered) == Counter(e.application_id for e in entries)


@given(lines(), policies)
def test_without_moves_bands_come_in_their_order(entries, policy):
    bands = [band_of(entry.facts, policy) for entry in in_order(entries, policy)]

    assert bands == sorted(bands)


def test_a_lottery_is_another_draw_with_another_seed_and_the_same_with_the_same():
    entries = [an_entry(number) for number in range(20)]

    draws = {seed: in_order(entries, Policy(tie_break="lottery", seed=seed)) for seed in ("a", "b")}

    assert draws["a"] == in_order(entries, Policy(tie_break="lottery", seed="a"))
    assert draws["a"] != draws["b"] != entries


def test_who_was_moved_stays_where_they_are_though_their_neighbour_leaves():
    first, second, third = (an_entry(number) for number in range(3))
    gone = an_entry(0, waits=False)
    moves = [Move(application_id=third.application_id, before=first.application_id)]

    assert in_order([first, second, third], Policy(), moves) == [third, first, second]
    assert in_order([gone, second, third], Policy(), moves) == [third, gone, second]


ENGLAND = BankHolidays(frozenset({date(2026, 12, 25), date(2026, 12, 28)}), date(2026, 12, 31))


def test_a_day_whose_holidays_are_not_known_is_not_called_a_working_day():
    with pytest.raises(Refused, match="bank_holidays_unknown"):
        is_working_day(date(2027, 1, 1), ENGLAND)


@given(
    st.integers(0, 330 * 24),
    st.integers(1, 10),
)
def test_an_offer_ends_on_a_working_day_with_so_many_of_them_in_between(hour, days):
    at = START.replace(month=1) + timedelta(hours=hour)
    end = end_of_working_day(at, days, ENGLAND)

    first, last = at.astimezone(end.tzinfo).date(), end.date()
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_working_day(day, ENGLAND) for day in between) == days
    assert is_working_day(last, ENGLAND)
    assert (end.hour, end.minute, end.second) == (23, 59, 59)


@given(lines(), policies, st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 11)))))
def test_round_after_round_nobody_gets_back_what_they_gave_up(entries, policy, rounds):
    waiting = {e.application_id: e for e in entries if e.waits}
    held, gone, cap = set(), set(), 0
    for more, decliners in rounds:
        cap += more
        ordered = in_order(waiting.values(), policy)
        for entry in next_offers(ordered, policy, {EVERYWHERE: cap - len(held)}).offered:
            assert entry.application_id not in held | gone
            held.add(waiting.pop(entry.application_id).application_id)
        given_up = {one for one in held if one.int in decliners}
        held, gone = held - given_up, gone | given_up

        assert len(held) <= cap
