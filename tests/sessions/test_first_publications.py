"""Two publish a cohort's first plan at once: one is in force, and the other is told so."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from training import COHORT, COURSE, STARTS_ON

from headship_contracts.errors import Conflict
from headship_contracts.sessions.events import PlanPublished
from headship_contracts.sessions.plans import DraftPlan, PublishPlan
from sessions import building


@pytest.fixture
def at_once(monkeypatch):
    """Both have seen that there is no plan before either writes one."""
    build, both, seen = building.build, Barrier(2, timeout=20), []

    def build_together(*args):
        built = build(*args)
        if len(seen) < 2:
            seen.append(1)
            both.wait()
        return built

    monkeypatch.setattr(building, "build", build_together)


def publish(training, **told):
    try:
        return training.call(PublishPlan(course=COURSE, cohort=COHORT, **told))
    except Exception as error:
        return error


def test_of_two_first_plans_one_is_published_and_the_other_is_a_conflict(training, at_once):
    starts = [STARTS_ON, STARTS_ON + timedelta(weeks=1)]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda day: publish(training, starts_on=day), starts))

    (refused,) = [one for one in answers if isinstance(one, Exception)]
    assert isinstance(refused, Conflict), refused
    assert (refused.code, training.plan().version) == ("plan_changed", 1)
    assert len(training.told(PlanPublished)) == 1


def test_of_two_first_drafts_the_later_is_the_one_that_is_kept(training, at_once):
    def draft(day):
        return training.call(DraftPlan(course=COURSE, cohort=COHORT, starts_on=day))

    with ThreadPoolExecutor(2) as pool:
        drafts = list(pool.map(draft, [STARTS_ON, STARTS_ON + timedelta(weeks=1)]))

    assert len({one.draft_id for one in drafts}) == 2
