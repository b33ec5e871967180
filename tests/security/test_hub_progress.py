"""How far a hub's people are in assessment: its own people, and neither marks nor results."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from assessment import hubs
from assessment.models import Application, Candidate, DeliveryPartner, Paper, Window
from headship_contracts.assessment.hub import HubProgress, ListHubProgress
from headship_contracts.errors import Refused
from kit.db import ServiceDatabase
from kit.identity import Caller

OPENS = datetime(2026, 11, 2, 9, tzinfo=UTC)
OURS, THEIRS = uuid4(), uuid4()


COURSE = {"course": "npq-headship", "cohort": "2026b"}
TIMES = {"opens_at": OPENS, "closes_at": OPENS, "revision": 1}
SHARES = ("tolerance_percent", "borderline_percent", "agreement_percent", "sample_percent")
NUMBERS = (*SHARES, "word_limit", "sample_minimum", "pass_mark", "max_attempts", "marking_days")


@pytest.fixture
def assessment(a_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    """Two hubs with two people each, who have submitted or have a result."""
    database = a_database("assessment")
    with Session(database.engine) as tx, tx.begin():
        paper = Paper(
            **dict.fromkeys(("code", "title", "case_study", "question", "published_by"), "A"),
            **dict.fromkeys(NUMBERS, 10),
            course=COURSE["course"],
            version=1,
            criteria=[],
            published_at=OPENS,
        )
        window = Window(
            paper=paper, number=1, opens_on=OPENS.date(), state="marking", **COURSE, **TIMES
        )
        tx.add(window)
        for hub in (OURS, THEIRS):
            tx.add(DeliveryPartner(delivery_partner_id=hub, status="active", revision=1))
            for state in ("submitted", "released"):
                person = Application(
                    application_id=uuid4(),
                    participant_id=uuid4(),
                    delivery_partner_id=hub,
                    status="accepted",
                    ready=True,
                    **dict.fromkeys(("revision", "group_revision", "ready_revision"), 1),
                    **COURSE,
                )
                tx.add(
                    Candidate(application=person, window=window, attempt=1, state=state, **TIMES)
                )
    return database


def listed(database: ServiceDatabase, hub: UUID, **filters: object) -> list[HubProgress]:
    request = ListHubProgress.load({name: str(value) for name, value in filters.items()})
    with database.transaction(caller=Caller("hub", str(hub))) as tx:
        return hubs.list_progress(tx, request).items


def test_a_hub_sees_how_far_its_own_people_are_and_no_others(assessment: ServiceDatabase) -> None:
    ours, theirs = (listed(assessment, hub) for hub in (OURS, THEIRS))

    assert sorted(one.state for one in ours) == ["released", "submitted"]
    assert not {one.application_id for one in ours} & {one.application_id for one in theirs}
    for other in theirs:
        assert listed(assessment, OURS, application_id=other.application_id) == []
    assert listed(assessment, OURS, application_id=ours[0].application_id) == [ours[0]]
    with pytest.raises(Refused, match="unknown_caller"):
        listed(assessment, uuid4())


def test_progress_has_no_place_for_a_mark_or_a_result() -> None:
    assert {member.name for member in fields(HubProgress)} == {
        *("application_id", "participant_id", "course", "cohort", "window_id", "attempt"),
        *("state", "opens_at", "closes_at"),
    }
