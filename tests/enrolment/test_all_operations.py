"""Each operation of DfE's API, as the client speaks it, against the simulator."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dfe_simulator import SeedPlan
from enrolment.dfe.client import LISTS, DfeClient
from enrolment.dfe.errors import DfeMerged, DfeRefused
from headship_contracts.enrolment.dfe import ListDrift
from headship_contracts.enrolment.events import ApplicationAccepted
from kit import clock
from kit.testing import emitted

NOW = datetime(2028, 10, 2, 9, tzinfo=UTC)
LEADERSHIP = ("npq-leadership-autumn", "npq-leadership-spring")
COURSE = {"course_identifier": "npq-headship"}


@pytest.fixture
def dfe_plan():
    """A provider in mid-course: most people are accepted, with declarations and outcomes."""
    return SeedPlan(seed=7, applications=24, in_training=16, not_eligible=1, delivery_partners=2)


@pytest.fixture
def client(dfe):
    clock.set_simulated(NOW)
    with DfeClient(dfe.url, dfe.token, timeout=timedelta(seconds=10), page_size=5) as made:
        yield made
    clock.use_wall_clock()


@pytest.fixture
def applications(client):
    return {status: [] for status in ("pending", "accepted", "rejected")} | grouped(client)


def grouped(client):
    found = {}
    for application in everything(client.applications):
        found.setdefault(application.status, []).append(application)
    return found


def everything(of):
    pages = []
    while (listed := of(page=len(pages) + 1)).count:
        assert listed.problems == []
        pages.append(listed.read)
    return [record for page in pages for record in page]


@pytest.fixture
def training(client):
    """Participants by the training status of what they are enrolled in."""
    people = everything(client.participants)
    return {
        status: [(p, e) for p in people for e in p.enrolments if e.training_status == status]
        for status in ("active", "deferred", "withdrawn")
    }


def test_a_pending_application_is_read_accepted_and_funded(client, applications):
    pending = next(a for a in applications["pending"] if a.eligible_for_funding)

    same = client.application(pending.id)
    accepted = client.accept(pending.id, {"funded_place": True})
    unfunded = client.change_funded_place(pending.id, {"funded_place": False})

    assert same == pending
    assert (accepted.status, accepted.funded_place) == ("accepted", True)
    assert unfunded.funded_place is False


def test_a_pending_application_is_rejected(client, applications):
    pending = applications["pending"][0]

    assert client.reject(pending.id).status == "rejected"
    with pytest.raises(DfeRefused, match="already been rejected"):
        client.reject(pending.id)


def test_training_is_paused_taken_up_and_ended(client, training):
    person, enrolment = next((p, e) for p, e in training["active"] if client.declarations_of(p.id))

    def status_of(participant):
        return participant.enrolment(enrolment.application_id).training_status

    deferred = client.defer(person.id, COURSE | {"reason": "other"})
    resumed = client.resume(person.id, COURSE)
    withdrawn = client.withdraw(person.id, COURSE | {"reason": "other"})

    assert [status_of(p) for p in (deferred, resumed, withdrawn)] == [
        "deferred",
        "active",
        "withdrawn",
    ]
    now = client.participant(person.id).enrolment(enrolment.application_id)
    assert (now.training_reason, now.training_changed_at) == ("other", NOW)


def test_a_schedule_is_changed(client, applications):
    pending = next(a for a in applications["pending"] if a.eligible_for_funding)
    client.accept(pending.id, {"funded_place": True})

    former = client.application(pending.id).schedule
    other = next(s for s in LEADERSHIP if s != former)

    moved = client.change_schedule(pending.participant_id, COURSE | {"schedule_identifier": other})

    assert moved.enrolment(pending.id).schedule == other


def test_a_declaration_is_made_mended_and_voided(client, applications):
    pending = next(a for a in applications["pending"] if a.eligible_for_funding)
    client.accept(pending.id, {"funded_place": True})
    first, second = (partner.id for partner in client.delivery_partners())
    body = COURSE | {
        "participant_id": str(pending.participant_id),
        "declaration_type": "started",
        "declaration_date": "2027-02-01T09:00:00Z",
        "delivery_partner_id": str(first),
    }

    made = client.declare(body)
    mended = client.change_delivery_partner(made.id, {"delivery_partner_id": str(second)})
    voided = client.void(made.id)

    assert (made.state, made.application_id) == ("eligible", pending.id)
    assert mended.delivery_partner_id == second
    assert voided.state == "voided"
    assert client.declaration(made.id) == voided
    assert client.declarations_of(pending.participant_id) == [voided]


def test_a_result_is_reported_and_found_again(client, training):
    person, enrolment = training["active"][0]
    partner = client.delivery_partners()[0].id
    body = COURSE | {"participant_id": str(person.id), "declaration_type": "completed"}
    where = {"delivery_partner_id": str(partner), "declaration_date": "2028-07-01T09:00:00Z"}
    completed = client.declare(body | where | {"has_passed": True})
    told = COURSE | {"state": "failed", "completion_date": "2028-09-01"}

    reported = client.report_outcome(completed.participant_id, told)

    assert (reported.state, reported.completion_date) == ("failed", date(2028, 9, 1))
    assert reported in client.outcomes_of(completed.participant_id)
    assert everything(client.outcomes)[-1] == reported
    assert completed.application_id == enrolment.application_id
    assert client.records("outcomes", since=NOW + timedelta(days=1), page=1) == []


def test_statements_and_delivery_partners_are_read(client):
    statements = client.list_statements()

    assert statements == everything(client.statements)
    assert client.statement(statements[0].id) == statements[0]
    assert {1 <= statement.month <= 12 for statement in statements} == {True}
    for partner in client.delivery_partners():
        assert client.delivery_partner(partner.id) == partner


@pytest.mark.parametrize("of", sorted(LISTS.keys() - {"outcomes"}))
def test_a_list_tells_what_changed_lately(client, of):
    assert client.records(of, since=None, page=1)
    assert client.records(of, since=NOW + timedelta(days=1), page=1) == []


def test_a_merged_participant_is_found_by_either_way(client, dfe, training):
    (former, _), (into, _) = training["active"][:2]
    dfe.world.merge(str(former.id), str(into.id), NOW)

    with pytest.raises(DfeMerged) as merged:
        client.participant(former.id)

    assert merged.value.into == into.id
    assert [p.id for p in client.participants_from(former.id)] == [into.id]


def test_a_provider_in_mid_course_is_read_whole_and_nothing_is_news_afterwards(enrolling):
    enrolling.moves_to(NOW)

    first = enrolling.sync()
    told = len(emitted(enrolling.db))
    second, fully = enrolling.sync(), enrolling.sync(everything=True)

    assert (first.received, first.problem) == (24, None)
    state = enrolling.state_at_dfe()
    accepted = enrolling.applications(status="accepted")
    assert len(accepted) == state["by_status"]["accepted"]
    by_training = dict.fromkeys(state["by_training_status"], 0)
    for application in accepted:
        by_training[application.training_status] += 1
    assert by_training == dict(state["by_training_status"])
    assert len(enrolling.declarations()) == state["declarations"]["all"]
    assert len(emitted(enrolling.db, ApplicationAccepted)) == len(accepted)
    assert (second.changed, fully.changed, fully.drifted) == (0, 0, 0)
    assert len(emitted(enrolling.db)) == told
    assert enrolling.call(ListDrift()).items == []
