"""Of all attempts' results the right one stands, in whatever order and however often they come."""

from datetime import date, datetime, time, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from headship_contracts.assessment.events import ResultReleased
from kit.clock import LONDON
from kit.personal.ending import as_revision
from sessions.models import ProgrammeEnd
from sessions.protection.custody import ended_before

STATES = ("failed", "passed")


def day_of(attempt):
    return date(2028, 6, 1) + timedelta(days=100 * attempt)


def a_result(application_id, attempt, revision, state, replaces=None):
    return ResultReleased(
        revision=revision,
        result_id=uuid4(),
        application_id=application_id,
        participant_id=uuid4(),
        attempt=attempt,
        state=state,
        completion_date=day_of(attempt),
        replaces=replaces,
    )


def a_story(*told):
    """What is told of one application, in the order of the revisions: attempt and state."""
    application_id, latest, events = uuid4(), {}, []
    for revision, (attempt, state) in enumerate(told, 1):
        events.append(
            a_result(application_id, attempt, revision, state, replaces=latest.get(attempt))
        )
        latest[attempt] = revision
    return events


def kept_by_the_former_release(training, event):
    """It knew nothing of attempts, and wrote no `results`."""
    with training.service.db.transaction() as tx:
        tx.execute(
            insert(ProgrammeEnd.__table__).values(
                application_id=event.application_id,
                revision=event.revision,
                state=event.state,
                completion_date=event.completion_date,
            )
        )


def end_of(training, application_id):
    with training.service.db.transaction() as tx:
        row = tx.get(ProgrammeEnd, application_id)
        return row.state, row.completion_date, row.revision, row.results


def stands(training, application_id):
    return end_of(training, application_id)[:2]


@pytest.mark.parametrize(
    ("told", "state", "attempt"),
    [
        ([(1, "failed")], "failed", 1),
        ([(1, "failed"), (2, "failed")], "failed", 2),
        ([(1, "failed"), (2, "passed")], "passed", 2),
        ([(1, "failed"), (2, "passed"), (1, "failed")], "passed", 2),
        ([(1, "failed"), (2, "failed"), (1, "passed")], "passed", 1),
        ([(1, "failed"), (2, "passed"), (1, "passed")], "passed", 1),
        ([(1, "failed"), (2, "failed"), (1, "passed"), (1, "failed")], "failed", 2),
        ([(1, "passed"), (1, "failed")], "failed", 1),
        ([(1, "failed"), (2, "passed"), (2, "failed")], "failed", 2),
    ],
    ids=[
        "one fail",
        "two fails",
        "a pass after a fail",
        "a former fail is told again after a pass",
        "a former fail is put right after another",
        "a former fail is put right after a pass",
        "a former fail is put right, and that taken back",
        "a pass is taken back",
        "the only pass is taken back",
    ],
)
def test_a_pass_of_any_attempt_stands_else_the_last_failure_in_every_order(
    training, told, state, attempt
):
    for order in permutations(range(len(told))):
        story = a_story(*told)
        for number in order:
            training.hears(story[number], times=2)

        assert stands(training, story[0].application_id) == (state, day_of(attempt))


A_STORY = st.lists(st.tuples(st.integers(1, 3), st.sampled_from(STATES)), min_size=1, max_size=6)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=A_STORY, data=st.data())
def test_any_order_and_repetition_of_what_is_told_ends_alike(training, told, data):
    in_order, otherwise = a_story(*told), a_story(*told)
    order = data.draw(st.permutations(range(len(told))), label="order")
    again = data.draw(st.lists(st.sampled_from(order), max_size=4), label="again")

    for event in in_order:
        training.hears(event)
    for number in (*order, *again):
        training.hears(otherwise[number])

    first, second = in_order[0].application_id, otherwise[0].application_id
    assert end_of(training, first) == end_of(training, second)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=A_STORY, data=st.data())
def test_what_the_former_release_kept_is_known_for_what_it_is_once_all_is_told_again(
    training, told, data
):
    fresh, kept = a_story(*told), a_story(*told)
    order = data.draw(st.permutations(range(len(told))), label="order")
    kept_by_the_former_release(training, data.draw(st.sampled_from(kept), label="kept"))

    for event in fresh:
        training.hears(event)
    for number in order:
        training.hears(kept[number])

    first, second = fresh[0].application_id, kept[0].application_id
    assert end_of(training, first) == end_of(training, second)


@pytest.mark.parametrize(
    ("kept", "told", "state", "attempt"),
    [
        ((2, 5, "passed"), (1, 6, "failed", 1), "passed", 2),
        ((1, 5, "passed"), (1, 6, "failed", 5), "failed", 1),
        ((2, 5, "failed"), (1, 6, "passed", 1), "passed", 1),
        ((1, 5, "failed"), (2, 6, "failed", None), "failed", 2),
        ((1, 5, "passed"), (2, 4, "failed", None), "passed", 1),
    ],
    ids=[
        "a pass, and then a fail of another attempt",
        "a pass, and then that it is none",
        "a fail, and then that another attempt is passed",
        "a fail, and then one of the next attempt",
        "a pass, and then an older fail comes late",
    ],
)
def test_what_the_former_release_kept_stands_beside_what_is_told_unless_that_replaces_it(
    training, kept, told, state, attempt
):
    id = uuid4()
    kept_by_the_former_release(training, a_result(id, *kept))

    training.hears(a_result(id, *told), times=2)

    assert stands(training, id) == (state, day_of(attempt))


def test_a_former_release_that_still_runs_is_heard_as_if_it_had_kept_all(training):
    first, second, third = a_story((1, "failed"), (2, "passed"), (1, "failed"))
    training.hears(first)
    with training.service.db.transaction() as tx:
        row = tx.get(ProgrammeEnd, first.application_id)
        row.revision, row.state, row.completion_date = second.revision, "passed", day_of(2)

    training.hears(third)

    assert stands(training, first.application_id) == ("passed", day_of(2))


def test_who_passed_and_of_whose_former_attempt_more_is_told_ends_with_the_pass(training):
    heard_lately = as_revision(datetime(2028, 6, 1, tzinfo=LONDON))
    (accepted,) = training.accept(1, slots=[], revision=heard_lately)
    id = accepted.application_id
    training.hears(a_result(id, 1, 1, "failed"))
    training.hears(a_result(id, 2, 2, "passed"))
    training.hears(a_result(id, 1, 3, "failed", replaces=1))

    def ended(day):
        with training.service.db.transaction() as tx:
            found = ended_before(tx, datetime.combine(day, time(12), LONDON))
            return [one for subject in found for one in subject.application_ids]

    assert ended(day_of(2)) == []
    assert ended(day_of(2) + timedelta(days=1)) == [id]
