"""What the programme team sees of sessions at a glance."""

from datetime import timedelta

from sessions import metrics
from sessions.figures import read


def figures(training):
    with training.service.db.transaction() as tx:
        return read(tx)


def told(series):
    """Only what is not nothing."""
    return {labels: number for labels, number in series.items() if number}


def test_nothing_is_told_as_nought(training):
    empty = figures(training)

    assert all(series and not told(series) for series in empty.values())
    assert set(empty[metrics.at_risk]) == {
        ("catch_up_needed",),
        ("nothing_to_spare",),
        ("self_study_behind",),
        ("gone_quiet",),
    }


def test_people_without_a_group_and_groups_without_seats_are_told(training):
    training.publish()
    training.offer()
    training.accept(6)
    before = figures(training)
    training.form()
    formed = figures(training)
    training.schedule()
    seated = figures(training)

    assert told(before[metrics.people]) == {("ungrouped",): 6}
    assert told(formed[metrics.people]) == {("grouped",): 6}
    assert told(formed[metrics.groups]) == {("unseated",): 1}
    assert told(seated[metrics.groups]) == {("seated",): 1}


def test_registers_that_did_not_come_in_and_who_is_at_risk_are_told(training):
    ids = training.a_running_cohort(6)
    first, second, third, *_ = training.sessions()
    training.hold(first, dict.fromkeys(ids, "present"))
    training.at(second.ends_at + timedelta(minutes=5))
    missing = figures(training)[metrics.registers]
    for session in (second, third):
        training.hold(session, {**dict.fromkeys(ids[1:], "present"), ids[0]: "absent"})
    now = figures(training)

    assert missing["missing",] == 1
    assert told(now[metrics.registers]).keys() == {("kept",)}
    assert sum(now[metrics.at_risk].values()) >= 1
    minutes = now[metrics.engagement_minutes]
    assert 0 < minutes["live", "attended"] < minutes["live", "planned"]


def test_groups_are_no_longer_told_once_their_plan_is_over(training):
    training.a_running_cohort(6)
    training.at(training.sessions()[-1].ends_at + timedelta(days=200))

    assert told(figures(training)[metrics.groups]) == {}
