"""What is kept without a request goes in the end, of everybody, whatever a provider's own rules."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from enrolment.models import Declaration, Participant

COMPLETED_ON = datetime(2028, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def applying(enrolling):
    """The nightly job deletes what is due."""
    enrolling.service.settings = replace(enrolling.service.settings, retention_apply=True)
    return enrolling


@pytest.fixture
def fees_for_ten_years(applying, tmp_path):
    """A provider keeps its books longer than it has to."""
    own = tmp_path / "retention.json"
    own.write_text(json.dumps({"fees": {"months": 120}}))
    applying.service.settings = replace(applying.service.settings, retention_rules=own)


def completes(enrolling, application):
    with enrolling.db.transaction() as tx:
        tx.add(
            Declaration(
                application_id=application.application_id,
                declaration_type="completed",
                state="paid",
                declaration_date=COMPLETED_ON,
                evidence_service="assessment",
                evidence_record=uuid4(),
                evidence_revision=1,
                evidence_fact={},
                evidence_on=COMPLETED_ON.date(),
                created_at=COMPLETED_ON,
                revision=1,
            )
        )


def known_after_a_night(enrolling, year, month, *applications):
    """Whether there still is a name, of each."""
    enrolling.moves_to(datetime(year, month, 2, 3, tzinfo=UTC))
    enrolling.run("keep_retention")
    with enrolling.db.transaction() as tx:
        people = [tx.get_one(Participant, one.participant_id) for one in applications]
        return [person.full_name != "(erased)" for person in people]


@pytest.mark.usefixtures("fees_for_ten_years")
def test_a_longer_rule_for_fees_keeps_whoever_had_one_as_long_and_nobody_else(
    enrolling, unfunded, fee
):
    funded = enrolling.accepted()
    both = (unfunded, funded)
    for each in both:
        completes(enrolling, each)

    known = [known_after_a_night(enrolling, year, 2, *both) for year in (2034, 2035, 2037, 2038)]

    assert known == [[True, True], [True, False], [True, False], [False, False]]
    assert enrolling.declarations() == []


def test_who_never_completed_and_of_whom_nothing_was_heard_goes_too(applying):
    silent = applying.accepted()

    known = [known_after_a_night(applying, year, 9, silent) for year in (2034, 2060)]

    assert known == [[True], [False]]
