"""A plan of one's own keeps the core, the weekly load and the order, whatever life brings."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headship_contracts.errors import Invalid
from sessions.domain.pathway import choice, ratings
from sessions.domain.pathway.choice import Depth, Measure, StudyUnit
from sessions.domain.pathway.plan import (
    Done,
    Remains,
    first_monday,
    lay_out_remaining,
    open_weeks,
)
from sessions.domain.pathway.weeks import Item, Week, lay_out
from sessions.domain.template import Section

MONDAY = date(2027, 1, 4)
WIDE = Measure(0, 10_000)


def weeks_of(*free):
    return [Week(MONDAY + timedelta(weeks=number), one) for number, one in enumerate(free)]


def a_unit(code, section="culture", minutes=45, **told):
    return StudyUnit(code, section, told.pop("cycle", 1), minutes, **told)


# weeks


@st.composite
def problems(draw):
    """Items that require only what stands before them, and weeks of any room."""
    number = draw(st.integers(0, 10))
    weeks = weeks_of(*draw(st.lists(st.sampled_from([0, 30, 60, 120]), min_size=1, max_size=8)))
    items = []
    for index in range(number):
        before = draw(st.sets(st.integers(0, index - 1), max_size=2)) if index else set()
        items.append(
            Item(
                code=f"u{index}",
                minutes=draw(st.sampled_from([25, 45, 70])),
                need=draw(st.integers(0, 20)),
                due=draw(st.none() | st.integers(0, len(weeks) - 1)),
                requires=tuple(f"u{other}" for other in sorted(before)),
                pinned=draw(st.none() | st.none() | st.integers(0, len(weeks) - 1)),
                may_go=draw(st.booleans()),
            )
        )
    return items, weeks


SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a loaded machine drawing takes long."""


@SLOWLY
@given(problems())
def test_every_layout_keeps_load_order_and_dates_and_loses_nothing(given):
    items, weeks = given
    by_code = {item.code: item for item in items}

    found = lay_out(items, weeks)

    load = [0] * len(weeks)
    for code, index in found.placed.items():
        load[index] += by_code[code].minutes
    assert all(used <= week.free for used, week in zip(load, weeks, strict=True))
    assert set(found.placed) | set(found.left_over) == set(by_code)
    assert not set(found.placed) & set(found.left_over)
    for code, index in found.placed.items():
        item = by_code[code]
        assert all(found.placed.get(other, -1) <= index for other in item.requires)
        if code not in found.late:
            assert item.due is None or item.pinned is not None or index <= item.due
            assert item.pinned is None or index == item.pinned


@SLOWLY
@given(problems())
def test_a_layout_is_the_same_each_time(given):
    assert lay_out(*given) == lay_out(*given)


def test_nothing_is_late_or_left_over_where_there_is_room():
    items = [Item(code=f"u{number}", minutes=45, due=3) for number in range(8)]

    found = lay_out(items, weeks_of(120, 120, 120, 120))

    assert (found.late, found.left_over) == ((), ())
    assert max(found.placed.values()) == 3


def test_study_is_spread_evenly():
    items = [Item(code=f"u{number}", minutes=45) for number in range(6)]

    found = lay_out(items, weeks_of(*[120] * 6))

    assert sorted(found.placed.values()) == [0, 1, 2, 3, 4, 5]


def test_what_is_needed_most_comes_first_but_never_before_what_it_requires():
    items = [
        Item(code="basics", minutes=60, need=0),
        Item(code="other", minutes=60, need=5),
        Item(code="urgent", minutes=60, need=9, requires=("basics",)),
        Item(code="free", minutes=60, need=7),
    ]

    found = lay_out(items, weeks_of(60, 60, 60, 60))

    assert found.placed == {"basics": 0, "urgent": 1, "free": 2, "other": 3}


def test_without_room_the_optional_and_least_needed_goes():
    items = [
        Item(code="core", minutes=60, need=0),
        Item(code="dear", minutes=60, need=9, may_go=True),
        Item(code="spare", minutes=60, need=1, may_go=True),
    ]

    found = lay_out(items, weeks_of(60, 60))

    assert found.left_over == ("spare",)
    assert set(found.placed) == {"core", "dear"}


# choice

UNITS = [
    a_unit("culture-1"),
    a_unit("culture-2", core=False),
    a_unit("behaviour-1", "behaviour", requires=("culture-1",)),
    a_unit("behaviour-2", "behaviour", core=False, requires=("culture-2",)),
]


def test_depth_has_its_minutes():
    minutes = [choice.minutes_at(45, depth) for depth in Depth]

    assert minutes == [0, 25, 45, 70]


def test_the_programme_has_one_to_two_hours_a_week_on_average():
    assert choice.measure(78, 3_000, (60, 120)) == Measure(1_680, 6_360)


def test_more_depth_is_suggested_where_one_is_weak_or_faces_it_and_less_where_one_is_strong():
    chosen = choice.suggest(UNITS, {"culture": 5, "behaviour": 3}, ["behaviour-2"], WIDE)

    assert chosen == {
        "culture-1": Depth.full,
        "culture-2": Depth.brief,
        "behaviour-1": Depth.full,
        "behaviour-2": Depth.deep,
    }


@given(
    st.dictionaries(st.sampled_from(["culture", "behaviour"]), st.integers(1, 5)),
    st.lists(st.sampled_from(["culture", "behaviour", "culture-1"]), unique=True),
)
def test_a_suggestion_keeps_the_core_and_the_measure(levels, faces):
    bounds = Measure(150, 230)

    chosen = choice.suggest(UNITS, levels, faces, bounds)

    choice.check(UNITS, chosen, bounds)  # raises where a rule is broken


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"culture-1": Depth.left_out}, "choices.culture-1"),
        ({"culture-1": Depth.brief}, "choices.culture-1"),
        ({"culture-2": Depth.left_out}, "choices.behaviour-2"),
        (dict.fromkeys(["culture-1", "behaviour-1"], Depth.deep), "choices"),
        ({"behaviour-2": Depth.left_out, "culture-2": Depth.left_out}, "choices"),
    ],
)
def test_a_choice_that_breaks_a_rule_names_the_unit_or_the_sum(change, place):
    chosen = dict.fromkeys([unit.code for unit in UNITS], Depth.full) | change

    with pytest.raises(Invalid) as told:
        choice.check(UNITS, chosen, Measure(150, 200))

    assert place in told.value.fields


# what remains


def remaining(**told):
    given = {
        "units": UNITS,
        "chosen": dict.fromkeys([unit.code for unit in UNITS], Depth.full),
        "need": {unit.code: 0 for unit in UNITS},
        "done": {},
        "weeks": weeks_of(120, 120, 120),
        "before": {},
        "missed": {},
        "pins": {},
        "former": {},
    }
    return lay_out_remaining(Remains(**given | told))


def test_what_is_done_stays_where_it_was_and_the_rest_moves():
    dates = (date(2026, 10, 5), date(2026, 10, 9))

    laid = remaining(
        done={"culture-1": Done(45, True), "culture-2": Done(20)}, former={"culture-1": dates}
    )

    items = {item.code: item for item in laid.items}
    assert (items["culture-1"].starts_on, items["culture-1"].ends_on) == dates
    assert all(item.starts_on >= MONDAY for code, item in items.items() if code != "culture-1")
    assert (laid.reach.attended, laid.reach.planned) == (180, 180)


def test_a_missed_session_is_caught_up_on_before_anything_else():
    laid = remaining(missed={"culture-webinar": "a session"}, weeks=weeks_of(60, 120, 120))

    first = laid.items[0]
    assert (first.kind, first.code, first.session_id) == (
        "catch_up",
        "culture-webinar",
        "a session",
    )


def test_a_core_unit_comes_before_the_coaching_that_it_prepares():
    laid = remaining(
        before={"behaviour-1": MONDAY + timedelta(weeks=1)}, weeks=weeks_of(120, 120, 120)
    )

    starts = {item.code: item.starts_on for item in laid.items}
    assert starts["behaviour-1"] < MONDAY + timedelta(weeks=1)
    assert laid.late == ()


def test_without_weeks_nothing_is_in_reach_but_what_was_done():
    laid = remaining(weeks=[], done={"culture-1": Done(finished=True), "culture-2": Done(20)})

    assert (laid.reach.attended, laid.reach.planned) == (65, 180)


def test_weeks_with_a_day_together_and_pauses_take_no_study():
    mondays = [MONDAY + timedelta(weeks=number) for number in range(4)]

    weeks = open_weeks(mondays, {mondays[1]: 90}, {mondays[2]}, {mondays[3]})

    assert [week.free for week in weeks] == [120, 30, 0, 0]


def test_from_friday_on_study_is_for_the_next_week():
    assert first_monday(MONDAY + timedelta(days=3)) == MONDAY
    assert first_monday(MONDAY + timedelta(days=4)) == MONDAY + timedelta(days=7)


# rating oneself

SECTIONS = [Section("culture", "School culture"), Section("behaviour", "Behaviour")]


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ([("culture", 3)], "ratings"),
        ([("culture", 3), ("culture", 4), ("behaviour", 1)], "ratings.1.section"),
        ([("culture", 6), ("behaviour", 1)], "ratings.0.level"),
        ([("culture", 3), ("maths", 4), ("behaviour", 1)], "ratings.1.section"),
    ],
)
def test_a_rating_that_is_not_whole_names_what_is_wrong(told, place):
    with pytest.raises(Invalid) as error:
        ratings.check(SECTIONS, told)

    assert place in error.value.fields


def test_the_distance_is_what_was_gained_since_the_first_rating():
    assert ratings.distance({"culture": 2, "behaviour": 4}, {"culture": 4, "behaviour": 3}) == {
        "culture": 2,
        "behaviour": -1,
    }
