"""Declaring for many: tried without a trace, made by pages, each line with its reason."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from accounts import a_calendar, a_contract, a_month
from enrolling import COHORT, acceptance_of, autumn_schedule
from prometheus_client import REGISTRY
from sqlalchemy import update

from enrolment.domain.dfe.courses import SENIOR_LEADERSHIP
from enrolment.models import Application, Statement
from headship_contracts.enrolment.batches import DeclareBatch, TryDeclarations
from headship_contracts.enrolment.declarations import DueDeclarations
from headship_contracts.enrolment.events import DeclarationDue
from headship_contracts.errors import Invalid
from kit.testing import call, emitted

NO_STATEMENT = (
    "You cannot submit or void declarations for the 2026 cohort. The funding contract for this "
    "cohort has ended. Get in touch if you need to discuss this with us."
)


def tried(enrolling, **filters):
    return enrolling.call(TryDeclarations(cohort=COHORT, **filters)).items


def declared(enrolling, **filters):
    return enrolling.call(DeclareBatch(cohort=COHORT, **filters))


def missed_so_far():
    labels = {"type": "started"}
    return REGISTRY.get_sample_value("enrolment_deadlines_missed_total", labels) or 0


@pytest.fixture
def three(enrolling):
    """Two with evidence of `started`, one without; all have a delivery partner."""
    enrolling.call(autumn_schedule())
    people = [enrolling.accepted(number) for number in range(3)]
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    for participant in people[:2]:
        enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    return people


def test_a_dry_run_says_what_each_line_would_come_to_and_changes_nothing(enrolling, three):
    lines = {line.application_id: line for line in tried(enrolling)}

    first, last = lines[three[0].application_id], lines[three[2].application_id]
    assert (first.accepted, first.declaration_type, first.reason) == (
        True,
        "started",
        "can_be_made",
    )
    assert first.declaration_date == datetime(2026, 10, 8, 11, tzinfo=UTC)
    assert first.evidence_fact == "engaged from 2026-10-08 to 2026-10-19, 180 of 200 minutes"
    assert (last.accepted, last.reason) == (False, "no_evidence")
    assert (enrolling.declarations(), enrolling.writes(kind="declare")) == ([], [])


def test_a_batch_makes_what_its_dry_run_promised_once(enrolling, three):
    promised = sum(line.accepted for line in tried(enrolling))

    first = declared(enrolling)
    second = declared(enrolling)
    enrolling.push()

    assert (first.looked_at, first.made, second.made) == (3, promised, 0)
    assert {(n.reason, n.number) for n in first.not_made} == {("no_evidence", 1)}
    assert {(n.reason, n.number) for n in second.not_made} == {("no_evidence", 1), ("not_sent", 2)}
    assert enrolling.state_at_dfe()["declarations"]["live_by_type"] == {"started": 2}


def test_batches_at_once_make_each_declaration_once(enrolling, three):
    with ThreadPoolExecutor(max_workers=6) as threads:
        reports = list(threads.map(lambda _: declared(enrolling), range(6)))

    assert sum(report.made for report in reports) == 2
    assert len(enrolling.declarations()) == 2
    assert len(enrolling.writes(kind="declare")) == 2


def test_a_batch_is_of_those_who_fit(enrolling, three):
    only = declared(enrolling, application_ids=[three[0].application_id])
    others = declared(enrolling, declaration_type="retained-1")

    assert (only.looked_at, only.made) == (1, 1)
    assert (others.made, others.not_made) == (0, [])


def test_a_batch_of_everything_is_refused(enrolling):
    with pytest.raises(Invalid, match="cohort: name a cohort or applications"):
        enrolling.call(DeclareBatch())


def test_the_same_key_gives_the_same_report(enrolling, three):
    request = DeclareBatch(cohort=COHORT)

    first = call(enrolling.service, request, idempotency_key="batch-2026-10-20")
    second = call(enrolling.service, request, idempotency_key="batch-2026-10-20")

    assert (first, first.made) == (second, 2)


def test_without_an_open_statement_dfes_refusal_stands_beside_each_line(enrolling, three):
    enrolling.call(a_calendar(a_month(2026, 9)))
    with enrolling.db.transaction() as tx:
        tx.execute(update(Statement).values(paid=True))

    refused = [line for line in tried(enrolling) if line.reason == "blocked"]
    report = declared(enrolling)

    assert {(line.field, line.message) for line in refused} == {("cohort", NO_STATEMENT)}
    assert report.made == 0
    assert ("cohort", NO_STATEMENT, 2) in {(n.field, n.message, n.number) for n in report.not_made}


def test_a_course_without_a_contract_is_refused_once_contracts_are_known(enrolling, three):
    enrolling.call(a_contract(course=SENIOR_LEADERSHIP))

    messages = {line.message for line in tried(enrolling) if line.reason == "blocked"}

    assert messages == {
        "You cannot submit a declaration for this participant as you do not have a contract for "
        "the cohort and course. Contact the DfE for assistance."
    }


def test_a_missed_deadline_is_counted_once_and_listed_as_missed(enrolling, three):
    for participant in three[:2]:
        enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    declared(enrolling)
    enrolling.push()
    before = missed_so_far()

    for day in (25, 26, 27):
        enrolling.moves_to(datetime(2026, 11, day, 20, tzinfo=UTC))
        enrolling.run("declare_what_is_due")

    assert missed_so_far() == before + 1
    (missed,) = enrolling.call(DueDeclarations(missed=True)).items
    assert (missed.application_id, missed.days_left) == (three[2].application_id, -2)
    assert [event.days_left for event in emitted(enrolling.db, DeclarationDue)] == [0]


def test_a_correction_after_the_declaration_shows_beside_what_was_locked(enrolling, three):
    declared(enrolling, application_ids=[three[0].application_id])

    enrolling.engages(three[0], date(2026, 10, 12), date(2026, 10, 19))

    (declaration,) = enrolling.declarations()
    assert declaration.evidence_changed
    assert declaration.evidence_fact.startswith("engaged from 2026-10-08")
    assert declaration.evidence_now.startswith("engaged from 2026-10-12")


def test_those_outside_england_are_declared_without_a_delivery_partner(enrolling, three):
    with enrolling.db.transaction() as tx:
        tx.get_one(Application, three[0].application_id).in_england = False

    report = declared(enrolling, application_ids=[three[0].application_id])

    assert (report.made, enrolling.declarations()[0].delivery_partner_id) == (1, None)


def test_only_those_who_are_accepted_at_dfe_are_looked_at(enrolling):
    enrolling.call(autumn_schedule())
    enrolling.sync()
    enrolling.call(acceptance_of(enrolling.applications()[0]))

    assert (tried(enrolling), declared(enrolling).looked_at) == ([], 0)
