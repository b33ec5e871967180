"""What the service suggests can be studied: it fits into the weeks that are ahead."""

from datetime import UTC, datetime, timedelta

import pytest
from training import COURSE

from headship_contracts.sessions.pathways import (
    ChoosePathway,
    GetPathwayOptions,
    RateSelf,
    SectionRating,
    UnitChoice,
)
from sessions import programme


def rate(training, application_id, *, weak):
    sections = programme.parsed(programme.packaged_content(COURSE), COURSE).sections
    ratings = [
        SectionRating(section=section.code, level=2 if place < weak else 3)
        for place, section in enumerate(sections)
    ]
    training.call(RateSelf(application_id=application_id, ratings=ratings))


def choose(training, application_id, *, choices=()):
    asked = ChoosePathway(application_id=application_id, faces=[], choices=list(choices))
    return training.call(asked)


def depths(training, application_id):
    options = training.call(GetPathwayOptions(application_id=application_id, faces=[]))
    return {unit.unit_code: unit.suggested_depth for unit in options.units}


@pytest.mark.parametrize("weak", [0, 8, 9, 10])
def test_whoever_takes_what_is_suggested_gets_a_plan_in_which_all_is_in_time(training, weak):
    ids = training.a_running_cohort()
    rate(training, ids[0], weak=weak)
    suggested = depths(training, ids[0])

    record = choose(training, ids[0])

    assert (record.in_reach, record.shortfalls) == (True, [])
    assert {item.unit_code: item.depth for item in record.items} == suggested
    assert ("deep" in suggested.values()) == (weak > 0)


def test_no_more_is_said_to_be_possible_than_the_weeks_ahead_take(training):
    ids = training.a_running_cohort()
    options = GetPathwayOptions(application_id=ids[0], faces=[])
    at_first = training.call(options).most_minutes

    training.at(datetime(2027, 9, 1, 12, tzinfo=UTC))

    later = training.call(options)
    weeks = (training.plan().last_unit_ends_on - training.now.date()) / timedelta(weeks=1)
    assert later.most_minutes < at_first
    assert later.most_minutes <= max(later.least_minutes, 120 * (weeks + 1))


def test_what_somebody_asks_for_in_depth_stays_and_the_rest_gives_way(training):
    ids = training.a_running_cohort()
    rate(training, ids[0], weak=10)
    given_way = sorted(code for code, depth in depths(training, ids[0]).items() if depth == "full")

    record = choose(training, ids[0], choices=[UnitChoice(unit_code=given_way[0], depth="deep")])

    depth = {item.unit_code: item.depth for item in record.items}
    assert depth[given_way[0]] == "deep"
    assert record.in_reach
