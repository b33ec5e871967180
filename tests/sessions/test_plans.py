"""Publishing a cohort's plan."""

from datetime import date, timedelta

import pytest
from training import BEFORE, COHORT, COURSE, STARTS_ON

from headship_contracts.enrolment.events import Milestone, SchedulePublished
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from headship_contracts.sessions.events import PlanPublished, SessionMoved
from headship_contracts.sessions.plans import (
    ComparePlans,
    DraftPlan,
    GetPlan,
    GetPlanDraft,
    PinnedUnit,
)


def a_schedule(revision=1, starts_on=STARTS_ON, schedule="npq-leadership-autumn"):
    return SchedulePublished(
        revision=revision,
        schedule=schedule,
        cohort=COHORT,
        starts_on=starts_on,
        milestones=[
            Milestone(
                declaration_type="started",
                opens_on=starts_on,
                deadline_on=starts_on + timedelta(90),
            )
        ],
    )


def test_a_published_plan_is_told_and_can_be_read(training):
    record = training.publish()

    (event,) = training.told(PlanPublished)
    assert (record.version, record.template, record.shortfalls) == (1, "headship-2026.2", [])
    assert (event.plan_id, event.last_unit_ends_on) == (record.plan_id, record.last_unit_ends_on)
    assert training.plan() == record
    assert len(record.units) == 70
    assert 60 <= record.minutes / record.weeks <= 120


def test_publishing_the_same_plan_again_changes_nothing(training):
    first = training.publish()

    assert training.publish() == first
    assert len(training.told(PlanPublished)) == 1


def test_another_start_makes_another_version_of_the_same_plan(training):
    first = training.publish()

    second = training.publish(starts_on=STARTS_ON + timedelta(weeks=2))

    before, after = training.told(PlanPublished)
    assert (second.plan_id, second.version) == (first.plan_id, 2)
    assert after.revision > before.revision
    assert training.call(GetPlan(course=COURSE, cohort=COHORT, version=1)) == first
    assert training.plan() == second


def test_a_plan_published_against_an_old_version_is_a_conflict(training):
    training.publish(expected_version=0)

    with pytest.raises(Conflict, match="plan_changed: version 1 is in force"):
        training.publish(starts_on=date(2026, 11, 2), expected_version=0)


def test_a_plan_can_start_with_a_schedule_told_by_enrolment(training):
    training.hears(a_schedule(revision=5), times=2)
    training.hears(a_schedule(revision=4, starts_on=date(2026, 9, 1)))

    record = training.publish(starts_on=None, schedule="npq-leadership-autumn")

    assert record.starts_on == STARTS_ON


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"starts_on": None}, Invalid, "starts_on: give the day"),
        ({"starts_on": None, "schedule": "npq-x"}, NotFound, "schedule_not_found"),
        ({"course": "npq-juggling"}, NotFound, "no_template.*there are npq-early"),
    ],
)
def test_a_plan_that_cannot_be_made_says_what_is_missing(training, asked, error, told):
    with pytest.raises(error, match=told):
        training.publish(**asked)


def test_a_cohort_without_a_plan_is_not_found(training):
    with pytest.raises(NotFound, match="plan_not_found"):
        training.plan()


def a_draft(training, **told):
    return training.call(
        DraftPlan(**{"course": COURSE, "cohort": COHORT, "starts_on": STARTS_ON} | told)
    )


def test_a_draft_reaches_nobody_until_it_is_published(training):
    draft = a_draft(training)

    assert training.told(PlanPublished) == []
    assert (draft.based_on_version, {d.change for d in draft.differences}) == (0, {"added"})
    record = training.publish(draft_id=draft.draft_id, starts_on=None)
    assert (record.version, record.units) == (1, draft.units)
    assert record.assessment_from == draft.last_unit_ends_on + timedelta(weeks=4)


def test_a_draft_says_what_it_changes_and_only_that_reaches_people(training):
    people = training.a_running_cohort()
    before = {(s.unit_code, s.kind): s.starts_at for s in training.sessions()}
    last = training.plan().units[-1]

    draft = a_draft(
        training,
        pinned=[PinnedUnit(unit_code=last.code, week_of=last.starts_on + timedelta(weeks=1))],
    )
    training.publish(draft_id=draft.draft_id, starts_on=None)
    training.schedule()

    moved = {event.session_id for event in training.told(SessionMoved)}
    after = {(s.unit_code, s.kind): s for s in training.sessions()}
    assert moved == {s.session_id for key, s in after.items() if s.starts_at != before[key]}
    told = {one.unit_code: one for one in draft.differences}
    assert {after[key].unit_code for key in after if after[key].session_id in moved} <= set(told)
    assert (told[last.code].change, told[last.code].sessions) == ("moved", 1)
    assert told[last.code].people == len(people)
    assert 0 < len(moved) < 20


def test_a_draft_of_an_older_version_cannot_be_published(training):
    training.publish()
    draft = a_draft(training, starts_on=STARTS_ON + timedelta(weeks=2))
    training.publish(starts_on=STARTS_ON + timedelta(weeks=1))

    with pytest.raises(Conflict, match="plan_changed: the draft changes version 1, version 2 is"):
        training.publish(draft_id=draft.draft_id)
    assert training.plan().version == 2


def test_a_draft_that_was_replaced_cannot_be_published(training):
    first = a_draft(training)
    second = a_draft(training, starts_on=STARTS_ON + timedelta(weeks=1))

    with pytest.raises(Conflict, match="draft_replaced"):
        training.publish(draft_id=first.draft_id)
    assert training.call(GetPlanDraft(course=COURSE, cohort=COHORT)) == second


def test_what_is_near_or_past_stays_when_a_plan_is_made_anew(training):
    first = training.publish()
    training.at(BEFORE + timedelta(weeks=30))
    horizon = (BEFORE + timedelta(weeks=31)).date()

    again = training.publish(assessment_on=first.last_unit_ends_on + timedelta(weeks=2))

    former = {unit.code: unit for unit in first.units}
    assert again.version == 2
    assert all(
        former[u.code].starts_on == u.starts_on for u in again.units if u.starts_on < horizon
    )
    assert again.last_unit_ends_on <= first.last_unit_ends_on - timedelta(weeks=2)


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"pinned": [PinnedUnit(unit_code="x", week_of=STARTS_ON)]}, Invalid, "pinned.0.unit_code"),
        (
            {"pinned": [PinnedUnit(unit_code="cycle-5-day", week_of=STARTS_ON)]},
            Refused,
            "cannot with cycle-5-day in the week of 2026-10-05",
        ),
    ],
)
def test_pins_that_are_impossible_are_told(training, asked, error, told):
    with pytest.raises(error, match=told):
        a_draft(training, **asked)


def test_two_published_versions_are_compared_whichever_is_newer(training):
    def publish(**told):
        return training.publish(draft_id=a_draft(training, **told).draft_id, starts_on=None)

    def compare(former, version=None):
        return training.call(
            ComparePlans(course=COURSE, cohort=COHORT, former_version=former, version=version)
        )

    first = publish()
    webinar = next(unit for unit in first.units if unit.kind == "webinar" and unit.cycle == 2)
    week = webinar.starts_on + timedelta(days=7)
    second = publish(pinned=[PinnedUnit(unit_code=webinar.code, week_of=week)])
    third = publish()

    there, back = compare(1, 2), compare(2, 1)
    changed = {one.unit_code: one for one in there.differences}[webinar.code]
    assert (second.version, third.version) == (2, 3)
    assert (changed.change, changed.former_starts_on) == ("moved", webinar.starts_on)
    assert {one.unit_code for one in back.differences} == {
        one.unit_code for one in there.differences
    }
    assert (compare(1).version, compare(1).differences) == (3, [])
    with pytest.raises(NotFound, match="plan_version_not_found"):
        compare(1, 4)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"starts_on": date(1, 1, 1)}, "starts_on"),
        ({"starts_on": date(9999, 12, 31)}, "starts_on"),
        ({"assessment_on": date(1, 1, 1)}, "assessment_on"),
        (
            {"pinned": [PinnedUnit(unit_code="culture-1", week_of=date(9999, 1, 4))]},
            "pinned.0.week_of",
        ),
    ],
)
def test_a_day_that_is_no_programmes_is_told_by_its_field(training, told, field):
    asked = {"course": COURSE, "cohort": COHORT, "starts_on": STARTS_ON} | told

    with pytest.raises(Invalid) as error:
        training.call(DraftPlan(**asked))

    assert "it must be of the years 2000 to 2099" in error.value.fields[field][0]
