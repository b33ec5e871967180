"""Declarations taken back: in order, at DfE and here, with the result that stood on them."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from accounts import follow
from enrolling import a_result

from headship_contracts.enrolment.batches import (
    DeclareBatch,
    ListOutcomes,
    ReportOutcome,
    VoidDeclaration,
)
from headship_contracts.enrolment.declarations import DueDeclarations
from headship_contracts.enrolment.events import DeclarationVoided, OutcomeReported
from headship_contracts.errors import Conflict, NotFound, Refused
from kit.testing import deliver, emitted

REASON = "declared for the wrong person"


@pytest.fixture
def started(enrolling):
    """A participant with one declaration, `started`."""
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 8, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 8))
    enrolling.declares()
    return participant


def void(enrolling, declaration):
    return enrolling.call(VoidDeclaration(declaration_id=declaration.declaration_id, reason=REASON))


def again(enrolling, participant):
    return enrolling.call(DeclareBatch(application_ids=[participant.application_id]))


def test_what_is_voided_is_so_at_dfe_first_and_told(enrolling, started):
    (declaration,) = enrolling.declarations()

    asked = void(enrolling, declaration)
    enrolling.push()

    assert (asked.state, asked.decision) == ("eligible", "voiding")
    (voided,) = enrolling.declarations()
    assert (voided.state, voided.decision, voided.void_reason) == ("voided", None, REASON)
    assert enrolling.state_at_dfe()["declarations"]["by_state"] == {"voided": 1}
    assert [event.state for event in emitted(enrolling.db, DeclarationVoided)] == ["voided"]


def test_a_voided_declaration_is_made_again_only_by_decision(enrolling, started):
    (declaration,) = enrolling.declarations()
    void(enrolling, declaration)
    enrolling.push()

    enrolling.declares()
    (due,) = enrolling.call(DueDeclarations()).items
    report = again(enrolling, started)
    enrolling.push()

    assert (due.reason, due.detail) == ("refused", "the declaration is voided")
    assert (report.made, report.not_made) == (1, [])
    assert [d.state for d in enrolling.declarations()] == ["voided", "eligible"]


def test_nothing_further_is_declared_while_a_void_is_on_its_way(enrolling, started):
    (declaration,) = enrolling.declarations()
    void(enrolling, declaration)
    enrolling.moves_to(datetime(2026, 12, 3, 20, tzinfo=UTC))
    enrolling.engages(started, date(2026, 10, 8), date(2026, 12, 3))

    enrolling.run("declare_what_is_due")

    assert len(enrolling.declarations()) == 1
    with pytest.raises(Refused, match="decision_pending"):
        void(enrolling, declaration)


def test_the_last_declaration_is_voided_first(enrolling):
    participant = enrolling.enrolled()
    enrolling.completes(participant)
    first, second, last = enrolling.declarations()

    with pytest.raises(Refused, match="void_the_later_one_first: retained-2 stands"):
        void(enrolling, first)
    void(enrolling, last)
    with pytest.raises(Refused, match="void_the_later_one_first: retained-2 stands"):
        void(enrolling, second)
    enrolling.push()
    assert void(enrolling, second).decision == "voiding"


def test_dfes_refusal_of_a_second_void_is_told_in_its_words(enrolling, started):
    (declaration,) = enrolling.declarations()
    void(enrolling, declaration)
    enrolling.push()

    with pytest.raises(Refused, match="declaration: This declaration has already been voided"):
        void(enrolling, declaration)


def test_what_is_paid_is_clawed_back_with_the_next_statement(enrolling, started):
    enrolling.moves_to(datetime(2026, 12, 28, 9, tzinfo=UTC))
    follow(enrolling)
    (paid,) = enrolling.declarations()

    void(enrolling, paid)
    enrolling.push()
    (waiting,) = enrolling.declarations()
    enrolling.moves_to(datetime(2027, 3, 28, 9, tzinfo=UTC))
    follow(enrolling)
    (refunded,) = enrolling.declarations()

    assert [paid.state, waiting.state, refunded.state] == [
        "paid",
        "awaiting_clawback",
        "clawed_back",
    ]
    assert paid.dfe_statement_id not in (None, waiting.dfe_clawback_statement_id)
    told = emitted(enrolling.db, DeclarationVoided)
    assert [event.state for event in told] == ["awaiting_clawback", "clawed_back"]
    with pytest.raises(Refused, match="will or has been be refunded"):
        void(enrolling, paid)


def test_with_a_completed_its_result_is_voided_and_counts_again_once_it_is_made_again(enrolling):
    participant = enrolling.enrolled()
    enrolling.completes(participant)
    deliver(enrolling.service, a_result(participant))
    enrolling.declares()

    void(enrolling, enrolling.declarations()[-1])
    enrolling.push()
    without = [o.state for o in emitted(enrolling.db, OutcomeReported)]
    again(enrolling, participant)
    enrolling.push()

    assert without == ["passed", "voided"]
    assert [o.state for o in emitted(enrolling.db, OutcomeReported)] == [*without, "passed"]
    listed = enrolling.call(ListOutcomes(application_id=participant.application_id)).items
    assert [(o.state, o.report) for o in listed] == [
        ("passed", "reported"),
        ("voided", "reported"),
        ("passed", "reported"),
    ]
    assert enrolling.state_at_dfe()["outcomes"]["latest_by_state"] == {"passed": 1}


def test_a_correction_is_an_outcome_and_a_repetition_none(enrolling):
    participant = enrolling.enrolled()
    enrolling.completes(participant)
    deliver(enrolling.service, a_result(participant, state="failed"))
    enrolling.declares()
    corrected = ReportOutcome(
        application_id=participant.application_id,
        state="passed",
        completion_date=date(2028, 1, 31),
    )

    first = enrolling.call(corrected)
    enrolling.push()
    second = enrolling.call(corrected)

    assert (first.outcome_id, second.report) == (second.outcome_id, "reported")
    assert enrolling.state_at_dfe()["outcomes"]["by_state"] == {"failed": 1, "passed": 1}


def test_an_outcome_before_its_declaration_is_refused_in_dfes_words(enrolling, started):
    early = ReportOutcome(
        application_id=started.application_id, state="passed", completion_date=date(2026, 10, 8)
    )

    with pytest.raises(Refused, match="has not had a 'completed' declaration submitted"):
        enrolling.call(early)


def test_a_declaration_that_changed_since_it_was_looked_at_is_not_voided(enrolling, started):
    (declaration,) = enrolling.declarations()
    stale = VoidDeclaration(
        declaration_id=declaration.declaration_id, reason=REASON, revision=declaration.revision - 1
    )

    with pytest.raises(Conflict, match="stale_revision"):
        enrolling.call(stale)

    assert enrolling.declarations() == [declaration]


def test_what_is_not_there_cannot_be_voided(enrolling):
    with pytest.raises(NotFound, match="declaration_not_found"):
        enrolling.call(VoidDeclaration(declaration_id=uuid4(), reason=REASON))
