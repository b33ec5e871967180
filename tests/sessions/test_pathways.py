"""A plan of one's own: chosen, moved when life intervenes, made afresh, and counted at the gate."""

from datetime import UTC, date, datetime, timedelta

import pytest
from training import StudyEntry, then

from headship_contracts.enrolment.events import ParticipantDeferred, ParticipantResumed
from headship_contracts.errors import Conflict, Invalid, Refused
from headship_contracts.sessions.engagement import GetEngagement
from headship_contracts.sessions.pathways import (
    ChoosePathway,
    GetPathway,
    GetPathwayOptions,
    GetSelfRating,
    MoveStudy,
    PauseStudy,
    RateSelf,
    SectionRating,
    UnitChoice,
)

SECTIONS = [
    "culture",
    "teaching",
    "curriculum",
    "behaviour",
    "send",
    "development",
    "organisation",
    "implementation",
    "partnership",
    "governance",
]


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


def rate(training, application_id, **levels):
    ratings = [SectionRating(section=code, level=levels.get(code, 3)) for code in SECTIONS]
    return training.call(RateSelf(application_id=application_id, ratings=ratings))


def pathway(training, application_id):
    return training.call(GetPathway(application_id=application_id))


def choose(training, application_id, faces=(), **told):
    choices = [UnitChoice(unit_code=c, depth=d) for c, d in told.pop("choices", {}).items()]
    return training.call(
        ChoosePathway(application_id=application_id, faces=list(faces), choices=choices, **told)
    )


def starts(record):
    return {item.unit_code: item.starts_on for item in record.items if item.kind == "self_study"}


def check_weeks(training, application_id, record):
    """The independent check of a plan: load, holidays and the order of what is required."""
    live = training.sessions(application_id=application_id)
    load, together = {}, set()
    for session in live:
        week = session.starts_at.isocalendar()[:2]
        load[week] = load.get(week, 0) + session.minutes
        if session.kind == "face_to_face":
            together.add(week)
    for item in record.items:
        if item.starts_on is not None and item.state == "ahead":
            week = item.starts_on.isocalendar()[:2]
            load[week] = load.get(week, 0) + item.minutes - item.done_minutes
            assert week not in together
    over = {week: minutes for week, minutes in load.items() if minutes > 120}
    assert set(over) <= together
    options = training.call(GetPathwayOptions(application_id=application_id))
    dates = starts(record)
    for unit in options.units:
        for needed in unit.requires.split():
            if unit.unit_code in dates and needed in dates and dates[unit.unit_code]:
                assert dates[needed] <= dates[unit.unit_code]


def test_rating_oneself_again_shows_the_distance_travelled(training, ids):
    rate(training, ids[0], culture=2, behaviour=4)
    training.at(datetime(2027, 6, 1, 9, tzinfo=UTC))
    rate(training, ids[0], culture=4, behaviour=3)

    report = training.call(GetSelfRating(application_id=ids[0]))

    found = {one.section: (one.first, one.latest, one.distance) for one in report.sections}
    assert report.rounds == 2
    assert len(found) == 10
    assert (found["culture"], found["behaviour"], found["send"]) == (
        (2, 4, 2),
        (4, 3, -1),
        (3, 3, 0),
    )
    assert training.call(GetSelfRating(application_id=ids[1])).rounds == 0


def test_a_rating_must_be_of_every_section(training, ids):
    with pytest.raises(Invalid) as told:
        training.call(
            RateSelf(application_id=ids[0], ratings=[SectionRating(section="culture", level=3)])
        )

    assert "ratings" in told.value.fields


def test_whoever_has_chosen_nothing_has_the_cohorts_plan(training, ids):
    record = pathway(training, ids[0])

    plan = {unit.code: unit for unit in training.plan().units if unit.kind == "self_study"}
    assert (record.version, record.why, record.in_reach) == (0, "cohort", True)
    assert starts(record) == {code: unit.starts_on for code, unit in plan.items()}


def test_options_name_core_depths_evidence_and_the_task(training, ids):
    options = training.call(GetPathwayOptions(application_id=ids[0], faces=["behaviour"]))

    units = {unit.unit_code: unit for unit in options.units}
    evidence = {one.code: one for one in options.evidence}
    assert any(unit.core for unit in units.values())
    assert any(not unit.core for unit in units.values())
    assert all(unit.task for unit in units.values())
    for unit in units.values():
        assert unit.brief_minutes < unit.full_minutes < unit.deep_minutes
        for code in unit.evidence.split():
            assert evidence[code].link.startswith("https://")
            assert evidence[code].claims
    assert units["behaviour-1"].suggested_depth == "deep"


def test_what_the_school_faces_comes_first_within_load_and_order(training, ids):
    rate(training, ids[0], culture=5, governance=1)
    usual = starts(pathway(training, ids[0]))

    record = choose(training, ids[0], faces=["behaviour"])

    check_weeks(training, ids[0], record)
    first = {code: day for code, day in starts(record).items() if code.startswith("behaviour")}
    assert max(first.values()) < min(usual[code] for code in first)
    assert (record.version, record.why) == (1, "chosen")
    assert record.in_reach


def test_the_core_cannot_be_left_out_nor_the_measure_broken(training, ids):
    options = training.call(GetPathwayOptions(application_id=ids[0]))
    core = next(unit.unit_code for unit in options.units if unit.core)
    optional = [unit.unit_code for unit in options.units if not unit.core]

    with pytest.raises(Invalid) as of_core:
        choose(training, ids[0], choices={core: "left_out"})
    with pytest.raises(Invalid) as of_all:
        choose(training, ids[0], choices={"no-unit": "deep"})
    fewer = choose(training, ids[0], choices=dict.fromkeys(optional[:1], "left_out"))

    assert f"choices.{core}" in of_core.value.fields
    assert "choices.0.unit_code" in of_all.value.fields
    assert optional[0] not in starts(fewer)


def test_trying_a_choice_keeps_nothing_and_an_old_version_is_a_conflict(training, ids):
    tried = choose(training, ids[0], faces=["send"], try_only=True)
    before = pathway(training, ids[0])
    choose(training, ids[0], faces=["send"])

    assert starts(tried) == starts(pathway(training, ids[0]))
    assert before.version == 0
    with pytest.raises(Conflict):
        choose(training, ids[0], faces=["culture"], expected_version=0)


def test_a_unit_is_moved_and_the_rest_is_laid_out_around_it(training, ids):
    record = choose(training, ids[0])
    last = max(record.items, key=lambda item: item.starts_on or date.min)

    moved = training.call(
        MoveStudy(application_id=ids[0], unit_code="culture-2", week_of=last.starts_on)
    )

    check_weeks(training, ids[0], moved)
    assert starts(moved)["culture-2"].isocalendar()[:2] == last.starts_on.isocalendar()[:2]
    assert (moved.version, moved.why, moved.in_reach) == (2, "moved", True)


@pytest.mark.parametrize("week_of", [date(2026, 12, 28), date(2026, 8, 3), date(2030, 1, 7)])
def test_a_unit_cannot_be_moved_into_holidays_the_past_or_after_the_end(training, ids, week_of):
    with pytest.raises(Invalid) as told:
        training.call(MoveStudy(application_id=ids[0], unit_code="culture-2", week_of=week_of))

    assert "week_of" in told.value.fields


def test_a_pause_is_kept_free_and_the_gate_stays_in_reach(training, ids):
    record = training.call(
        PauseStudy(
            application_id=ids[0],
            from_on=date(2026, 11, 4),
            until_on=date(2026, 11, 26),
            reason="ofsted_inspection",
        )
    )

    check_weeks(training, ids[0], record)
    paused = (date(2026, 11, 2), date(2026, 11, 27))
    assert not any(
        item.starts_on and paused[0] <= item.starts_on <= paused[1] for item in record.items
    )
    assert (record.why, record.in_reach) == ("paused", True)


@pytest.mark.parametrize("until", [date(2028, 2, 1), date.max])  # the latter: until further notice
def test_a_pause_that_would_lose_the_gate_is_refused_and_changes_nothing(training, ids, until):
    with pytest.raises(Refused, match="gate_would_be_lost"):
        training.call(
            PauseStudy(
                application_id=ids[0],
                from_on=date(2026, 9, 1),
                until_on=until,
                reason="illness",
            )
        )

    assert pathway(training, ids[0]).version == 0


def test_a_return_from_deferral_gives_a_fresh_plan_of_what_remains(training, ids):
    training.at(datetime(2026, 11, 2, 9, tzinfo=UTC))
    training.study(StudyEntry(application_id=ids[0], unit_code="culture-1", finished=True))
    deferred = then(training.accepted[ids[0]], ParticipantDeferred)
    training.hears(deferred)
    training.at(datetime(2027, 3, 1, 9, tzinfo=UTC))

    training.hears(then(deferred, ParticipantResumed), times=2)

    record = pathway(training, ids[0])
    study = {item.unit_code: item for item in record.items if item.kind == "self_study"}
    catch_ups = [item for item in record.items if item.kind == "catch_up"]
    assert record.why == "returned"
    assert study["culture-1"].state == "done"
    left = [item for item in study.values() if item.state != "done"]
    assert all(item.starts_on is None or item.starts_on >= date(2027, 3, 1) for item in left)
    assert {item.session_id for item in catch_ups if item.unit_code.endswith("webinar")}
    assert all(item.session_id for item in catch_ups)
    missed = {item.session_id for item in catch_ups}
    held = next(one for one in training.sessions(kind="webinar") if one.session_id in missed)
    training.catch_up(held, ids[0])
    training.decide(held, ids[0], approved=True)
    after = pathway(training, ids[0])
    assert held.unit_code not in {i.unit_code for i in after.items if i.kind == "catch_up"}


def test_a_missed_session_is_planned_to_be_caught_up_on(training, ids):
    session = training.sessions()[0]

    training.hold(session, {ids[0]: "absent", ids[1]: "present"})

    (catch_up,) = [item for item in pathway(training, ids[0]).items if item.kind == "catch_up"]
    assert catch_up.session_id == session.session_id
    assert catch_up.starts_on <= session.ends_at.date() + timedelta(days=14)
    assert pathway(training, ids[1]).version == 0


def test_a_new_plan_of_the_cohort_is_followed_by_ones_own(training, ids):
    choose(training, ids[0], faces=["send"])

    training.publish(starts_on=date(2026, 10, 12))
    training.schedule()

    record = pathway(training, ids[0])
    assert record.why == "plan_changed"
    assert min(day for day in starts(record).values() if day) >= date(2026, 10, 12)


def test_the_gate_asks_for_what_was_chosen(training, ids):
    optional = [
        unit.unit_code
        for unit in training.call(GetPathwayOptions(application_id=ids[0])).units
        if not unit.core
    ]
    usual = sum(unit.minutes for unit in training.plan().units if unit.kind == "self_study")

    record = choose(training, ids[0], choices={optional[0]: "left_out", optional[1]: "deep"})

    engaged = training.call(GetEngagement(application_id=ids[0]))
    assert engaged.study_planned_minutes == record.study_minutes
    assert record.study_minutes != usual
