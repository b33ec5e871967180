"""Declarations as DfE shows them: followed to the end, those made elsewhere taken over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from accounts import follow
from enrolling import a_result
from sqlalchemy import select

from enrolment.declarations.making import keep_declaration_states, refused
from enrolment.dfe.shapes import DfeDeclaration
from enrolment.domain.dfe.courses import HEADSHIP
from enrolment.models import Declaration
from headship_contracts.enrolment.batches import ListOutcomes
from headship_contracts.enrolment.declarations import DueDeclarations
from headship_contracts.enrolment.events import DeclarationSubmitted, DeclarationVoided
from kit.testing import deliver, emitted


def shows(enrolling, *declarations):
    """DfE shows a page of them; how many are news."""
    with enrolling.db.transaction() as tx:
        return keep_declaration_states(tx, declarations)


def shown(application, **changes):
    known = {
        "id": uuid4(),
        "application_id": application.dfe_application_id,
        "participant_id": application.dfe_participant_id,
        "declaration_type": "started",
        "declaration_date": datetime(2026, 10, 8, 11, tzinfo=UTC),
        "course": HEADSHIP,
        "state": "eligible",
        "has_passed": None,
        "delivery_partner_id": None,
        "secondary_delivery_partner_id": None,
        "statement_id": None,
        "clawback_statement_id": None,
        "updated_at": datetime(2026, 10, 9, 9, tzinfo=UTC),
    }
    return DfeDeclaration(**{**known, **changes})


@pytest.fixture
def participant(enrolling):
    enrolled = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    return enrolled


def test_a_declaration_is_followed_from_eligible_to_paid(enrolling, participant):
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    states = []
    for month, day in ((11, 20), (11, 28), (12, 28)):
        enrolling.moves_to(datetime(2026, month, day, tzinfo=UTC))
        follow(enrolling)
        states.append(enrolling.declarations()[0].state)

    assert states == ["eligible", "payable", "paid"]
    assert len(emitted(enrolling.db, DeclarationSubmitted)) == 1


def test_one_that_was_made_elsewhere_is_kept_without_evidence_and_not_made_again(
    enrolling, participant
):
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))

    news = shows(enrolling, shown(participant))
    enrolling.run("declare_what_is_due")

    (kept,) = enrolling.declarations()
    assert (news, kept.state, kept.evidence_service) == (1, "eligible", "dfe")
    assert (kept.evidence_fact, kept.evidence_changed, kept.fundable) == (
        "made at DfE, not here",
        False,
        None,
    )
    (told,) = emitted(enrolling.db, DeclarationSubmitted)
    assert told.application_id == participant.application_id


def test_a_page_that_is_shown_twice_is_no_news(enrolling, participant):
    page = [shown(participant)]

    assert (shows(enrolling, *page), shows(enrolling, *page)) == (1, 0)


def test_what_dfe_showed_before_is_passed_over(enrolling, participant):
    now = shown(participant, state="payable")
    shows(enrolling, now)

    earlier = replace(now, state="eligible", updated_at=now.updated_at - timedelta(hours=1))

    assert shows(enrolling, earlier) == 0
    assert enrolling.declarations()[0].state == "payable"


def test_ours_on_its_way_is_not_taken_for_another(enrolling, participant):
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.run("declare_what_is_due")

    assert shows(enrolling, shown(participant)) == 0
    assert [d.state for d in enrolling.declarations()] == ["ready"]


def test_ours_that_dfe_refused_stands_once_dfe_shows_it(enrolling, participant):
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.run("declare_what_is_due")
    with enrolling.db.transaction() as tx:
        refused(tx, tx.scalars(select(Declaration)).one(), "base", "no")

    assert shows(enrolling, shown(participant)) == 1
    (stands,) = enrolling.declarations()
    assert (stands.state, stands.evidence_service, stands.problem_message) == (
        "eligible",
        "sessions",
        None,
    )


def test_one_that_dfe_voided_and_took_again_stands_once(enrolling, participant):
    first = shown(participant)
    shows(enrolling, first)
    second = shown(participant, updated_at=first.updated_at + timedelta(hours=1))

    news = shows(enrolling, second, replace(first, state="voided", updated_at=second.updated_at))

    assert news == 2
    assert sorted(d.state for d in enrolling.declarations()) == ["eligible", "voided"]
    assert [event.state for event in emitted(enrolling.db, DeclarationVoided)] == ["voided"]


def test_what_dfe_voided_waits_for_a_decision(enrolling, participant):
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    first = shown(participant)
    shows(enrolling, first)
    shows(enrolling, replace(first, state="voided"))

    (due,) = enrolling.call(DueDeclarations()).items

    assert (due.reason, due.detail) == ("refused", "the declaration is voided")


def test_of_an_application_that_is_not_known_nothing_is_kept(enrolling, participant):
    assert shows(enrolling, shown(participant, application_id=uuid4())) == 0
    assert shows(enrolling, shown(participant, application_id=None)) == 0


def test_a_completed_from_elsewhere_brings_its_result_and_later_ones_are_reported(
    enrolling, participant
):
    enrolling.moves_to(datetime(2028, 2, 1, 20, tzinfo=UTC))
    types = ("started", "retained-1", "retained-2")
    shows(enrolling, *[shown(participant, declaration_type=kind) for kind in types])
    completed = shown(
        participant,
        declaration_type="completed",
        has_passed=False,
        declaration_date=datetime(2028, 1, 26, 12, tzinfo=UTC),
    )
    shows(enrolling, completed)

    deliver(enrolling.service, a_result(participant))

    outcomes = enrolling.call(ListOutcomes()).items
    assert [(o.attempt, o.state, o.report) for o in outcomes] == [
        (0, "failed", "reported"),
        (1, "passed", "owed"),
    ]
