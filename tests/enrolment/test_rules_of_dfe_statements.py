"""Statements: closed the day after their deadline, paid once, and then locked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.dfe import statements, vocabulary
from enrolment.domain.dfe.statements import InvalidTransition, StatementFacts

DEADLINE = date(2026, 12, 25)
STATES = st.lists(st.sampled_from(vocabulary.DECLARATION_STATES), max_size=6)


def a_statement(state="open", **told):
    return StatementFacts(**{"state": state, "deadline_on": DEADLINE, "output_fee": True, **told})


@given(STATES, st.integers(-3, 5), st.sampled_from(vocabulary.STATEMENT_STATES))
def test_the_daily_job_closes_what_was_due_yesterday_and_nothing_else(states, days, state):
    at = datetime(2026, 12, 25, tzinfo=UTC) + timedelta(days=days)

    moved = statements.run_daily_job(a_statement(state), states, at=at)

    if days == 1 and state == "open":
        assert moved.state == "payable"
        assert "eligible" not in moved.declarations
    else:
        assert moved == statements.Moved(state, tuple(states))


@given(STATES)
def test_payment_settles_what_is_payable_and_what_is_clawed_back(states):
    moved = statements.mark_paid(a_statement("payable"), states)

    assert moved.state == "paid"
    assert not {"payable", "awaiting_clawback"} & set(moved.declarations)
    for before, after in zip(states, moved.declarations, strict=True):
        assert before == after or (before, after) in {
            ("payable", "paid"),
            ("awaiting_clawback", "clawed_back"),
        }


@pytest.mark.parametrize("state", ["open", "paid"])
def test_only_a_payable_statement_is_paid(state):
    with pytest.raises(InvalidTransition):
        statements.mark_paid(a_statement(state), ["payable"])


@pytest.mark.parametrize("state", ["payable", "paid"])
def test_only_an_open_statement_is_closed(state):
    with pytest.raises(InvalidTransition):
        statements.mark_payable(a_statement(state), ["eligible"])


def test_a_payment_is_authorised_after_the_deadline_and_only_once():
    after, on = datetime(2026, 12, 26, tzinfo=UTC), datetime(2026, 12, 25, 23, tzinfo=UTC)
    payable = a_statement("payable")

    assert statements.may_be_authorised(payable, ["payable"], at=after)
    assert not statements.may_be_authorised(payable, ["payable"], at=on)
    assert not statements.may_be_authorised(payable, [], at=after)
    assert not statements.may_be_authorised(a_statement(), ["payable"], at=after)
    no_fee = a_statement("payable", output_fee=False)
    assert not statements.may_be_authorised(no_fee, ["payable"], at=after)
    done = a_statement("payable", authorised=True)
    assert not statements.may_be_authorised(done, ["payable"], at=after)


def test_a_statement_is_paid_on_or_after_its_deadline_and_locked_once_payable():
    def titles(payment_on, month=1):
        told = statements.check_statement(
            year=2027, month=month, deadline_on=DEADLINE, payment_on=payment_on
        )
        return [problem.title for problem in told]

    assert titles(DEADLINE) == []
    assert titles(date(2026, 12, 24)) == ["payment_date"]
    assert titles(None, month=13) == ["month"]
    assert statements.check_statement_change("open", ["deadline_date"]) == []
    assert statements.check_statement_change("payable", ["state", "output_fee"]) == []
    assert statements.check_statement_change("payable", ["deadline_date"]) != []
    assert statements.check_statement_change("paid", ["output_fee"]) != []


@pytest.mark.parametrize("events", [statements.DECLARATION_EVENTS, statements.ITEM_EVENTS])
def test_every_event_leads_from_known_states_to_a_known_one(events):
    for event, (sources, target) in events.items():
        assert target in vocabulary.DECLARATION_STATES
        for state in vocabulary.DECLARATION_STATES:
            if state in sources:
                assert statements.after(event, state, events) == target
                continue
            with pytest.raises(InvalidTransition):
                statements.after(event, state, events)


def test_an_unknown_event_is_refused():
    with pytest.raises(InvalidTransition):
        statements.after("mark_beautiful", "eligible")
