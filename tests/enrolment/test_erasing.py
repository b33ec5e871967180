"""Erasing a person: what goes, what has to stay and why, and that nothing brings them back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from enrolment.models import Application, Participant
from headship_contracts.assessment.events import PersonErased as ErasedInAssessment
from headship_contracts.enrolment.applications import RejectApplication
from headship_contracts.enrolment.events import ErasureDecided
from headship_contracts.enrolment.people import People
from headship_contracts.enrolment.protection import (
    DecideErasure,
    ExportPerson,
    GetErasure,
    IdentifyPerson,
    ListAudit,
    ListErasures,
    ReportRetention,
)
from headship_contracts.enrolment.staff import AddStaff, DeactivateStaff
from headship_contracts.enrolment.training import WithdrawParticipant
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.notifications.events import PersonErased as ErasedInNotifications
from headship_contracts.protection import ErasedRecords, KeptRecords
from headship_contracts.sessions.events import PersonErased as ErasedInSessions
from kit.testing import deliver, emitted

YEARS = timedelta(days=366)


@pytest.fixture
def left(enrolling):
    """Somebody who began, for whom `started` was declared, and who has withdrawn."""
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    enrolling.moves_to(datetime(2026, 11, 2, 20, tzinfo=UTC))
    enrolling.call(
        WithdrawParticipant(
            application_id=participant.application_id, reason="personal-reason-other"
        )
    )
    enrolling.push()
    return enrolling.application(participant.application_id)


def erasing(enrolling, application):
    asked = DecideErasure(person_id=application.participant_id, reason="no_longer_needed")
    return enrolling.call(asked)


def rejected_ones(enrolling, number):
    some = [a for a in enrolling.applications() if a.status == "pending"][:number]
    for one in some:
        enrolling.call(RejectApplication(application_id=one.application_id))
    enrolling.push()
    return some


def person(enrolling, application):
    with enrolling.db.transaction() as tx:
        return tx.get_one(Participant, application.participant_id)


def test_who_is_in_training_or_waits_for_an_answer_is_not_erased(enrolling):
    enrolled = enrolling.enrolled()
    pending = next(a for a in enrolling.applications() if a.status == "pending")

    with pytest.raises(Refused, match="still_in_training"):
        erasing(enrolling, enrolled)
    with pytest.raises(Refused, match="application_pending"):
        erasing(enrolling, pending)
    with pytest.raises(NotFound, match="person_not_found"):
        enrolling.call(DecideErasure(person_id=uuid4(), reason="no_longer_needed"))
    with pytest.raises(Invalid, match="reason"):
        enrolling.call(DecideErasure(person_id=enrolled.participant_id, reason="Ada asked"))
    assert emitted(enrolling.db, ErasureDecided) == []


def test_who_was_never_accepted_goes_at_once_and_whole(enrolling):
    enrolling.sync()
    rejected = enrolling.applications()[0]
    enrolling.call(RejectApplication(application_id=rejected.application_id))
    enrolling.push()

    told = erasing(enrolling, rejected)

    now = person(enrolling, rejected)
    assert (now.full_name, now.email, now.trn) == ("(erased)", None, None)
    assert told.kept == []
    assert told.state == "under_way"
    assert told.awaited == ["sessions", "assessment", "notifications"]


def test_evidence_of_payments_is_kept_and_whose_it_is_with_the_reason(enrolling, left):
    name = person(enrolling, left).full_name

    told = erasing(enrolling, left)

    now = person(enrolling, left)
    assert (now.full_name, now.email) == (name, None)
    kept = {one.kind: one for one in told.kept}
    assert {"declarations", "identity", "training"} <= kept.keys()
    assert kept["declarations"].until == date(2033, 11, 2)
    assert "Finance Act 1998" in kept["declarations"].why
    assert kept["identity"].until == kept["declarations"].until
    assert len(enrolling.declarations(application_id=left.application_id)) == 1
    (decided,) = emitted(enrolling.db, ErasureDecided)
    assert decided.application_ids == [left.application_id]
    assert decided.ended_on == date(2026, 11, 2)


def test_a_decision_is_made_once(enrolling, left):
    first = erasing(enrolling, left)

    assert erasing(enrolling, left) == first
    assert len(emitted(enrolling.db, ErasureDecided)) == 1
    assert enrolling.call(GetErasure(erasure_id=first.erasure_id)) == first
    (listed,) = enrolling.call(ListErasures()).items
    assert listed.erasure_id == first.erasure_id


def test_who_was_erased_and_applies_again_can_be_erased_again(enrolling):
    enrolling.sync()
    first, second = rejected_ones(enrolling, 2)
    before = erasing(enrolling, first)
    for service in (ErasedInSessions, ErasedInAssessment, ErasedInNotifications):
        told = service(revision=1, erasure_id=before.erasure_id, erased=[], kept=[])
        deliver(enrolling.service, told)
    with enrolling.db.transaction() as tx:  # as a later list of DfE's brings them back
        back = tx.get_one(Participant, first.participant_id)
        back.erased, back.full_name, back.email = False, "Ada Again", "ada.again@example.org"
        tx.get_one(Application, second.application_id).participant_id = back.id

    after = erasing(enrolling, first)

    now = person(enrolling, first)
    assert (now.full_name, now.email, now.erased) == ("(erased)", None, True)
    assert (after.erasure_id, after.state) == (before.erasure_id, "under_way")
    decided = emitted(enrolling.db, ErasureDecided)
    assert [len(one.application_ids) for one in decided] == [1, 2]
    assert decided[1].revision > decided[0].revision
    assert erasing(enrolling, first) == after


def test_dfe_does_not_bring_back_what_was_erased(enrolling, left):
    erasing(enrolling, left)
    enrolling.moves_to(enrolling.at + timedelta(hours=2))

    report = enrolling.sync(everything=True)

    assert report.problem is None
    assert person(enrolling, left).email is None


def test_when_its_day_comes_the_rest_goes_and_the_certificate_says_so(enrolling, left):
    told = erasing(enrolling, left)
    last = max(one.until for one in told.kept)
    enrolling.moves_to(datetime(last.year, last.month, last.day, 3, tzinfo=UTC))

    enrolling.run("keep_retention")

    assert person(enrolling, left).full_name == "(erased)"
    assert enrolling.declarations(application_id=left.application_id) == []
    assert enrolling.call(GetErasure(erasure_id=told.erasure_id)).kept == []


def test_each_service_is_heard_once_whatever_the_order_and_repetition(enrolling, left):
    told = erasing(enrolling, left)
    script = KeptRecords(kind="results", rows=3, until=date(2036, 11, 2), why="provable")
    of = {"erasure_id": told.erasure_id, "erased": [ErasedRecords(kind="essays", rows=2)]}

    deliver(enrolling.service, ErasedInAssessment(revision=9, kept=[], **of), times=2)
    deliver(enrolling.service, ErasedInAssessment(revision=8, kept=[script], **of))
    deliver(enrolling.service, ErasedInSessions(revision=1, kept=[], **of))
    awaits = enrolling.call(GetErasure(person_id=left.participant_id))
    deliver(enrolling.service, ErasedInNotifications(revision=1, kept=[script], **of), times=2)

    assert (awaits.state, awaits.awaited) == ("under_way", ["notifications"])
    now = enrolling.call(GetErasure(person_id=left.participant_id))
    assert (now.state, now.awaited) == ("kept", [])
    assert {(one.service, one.kind) for one in now.kept if one.service != "enrolment"} == {
        ("notifications", "results")
    }


def test_staff_are_erased_once_they_have_left(enrolling):
    cora = enrolling.call(
        AddStaff(full_name="Cora Test", email="cora@example.org", roles=["coach"])
    )
    asked = DecideErasure(person_id=cora.staff_id, reason="objection")
    with pytest.raises(Refused, match="still_works_here"):
        enrolling.call(asked)
    enrolling.call(DeactivateStaff(staff_id=cora.staff_id))

    told = enrolling.call(asked)
    enrolling.moves_to(enrolling.at + 6 * YEARS)
    enrolling.run("keep_retention")

    assert [one.kind for one in told.kept] == ["staff"]
    (found,) = enrolling.call(People(ids=[cora.staff_id])).people
    assert (found.full_name, "cora" in (found.email or "")) == ("(erased)", False)


def test_somebody_is_found_by_any_of_their_ids(enrolling):
    enrolled = enrolling.accepted()

    by_application = enrolling.call(IdentifyPerson(person_id=enrolled.application_id))

    assert by_application == enrolling.call(IdentifyPerson(person_id=enrolled.participant_id))
    assert by_application.person_ids == [enrolled.participant_id]
    assert by_application.application_ids == [enrolled.application_id]


def test_looking_at_what_is_held_is_noted_itself(enrolling):
    enrolled = enrolling.accepted()
    enrolling.call(ExportPerson(application_ids=[enrolled.application_id]))

    entries = enrolling.call(ListAudit(application_ids=[enrolled.application_id])).items

    assert entries[0].through == "rpc export_person"
    assert {entry.act for entry in entries} == {"read", "change"}
    with pytest.raises(Invalid, match="person_ids"):
        enrolling.call(ListAudit())


def test_the_job_says_what_it_would_delete_before_it_does(enrolling, left):
    enrolling.moves_to(enrolling.at + 3 * YEARS)
    enrolling.run("keep_retention")
    due = {one.kind for one in enrolling.call(ReportRetention()).due}

    assert "contact" in due
    assert "declarations" not in due
    assert not person(enrolling, left).erased


def test_what_the_job_has_deleted_dfe_does_not_bring_back(enrolling, left):
    others = {a.participant_id for a in enrolling.applications()} - {left.participant_id}
    enrolling.service.settings = replace(enrolling.service.settings, retention_apply=True)
    enrolling.moves_to(enrolling.at + 3 * YEARS)

    enrolling.run("keep_retention")
    enrolling.sync(everything=True)

    assert person(enrolling, left).email is None
    with enrolling.db.transaction() as tx:
        kept = select(Participant).where(Participant.id.in_(others), Participant.erased.is_(False))
        assert len(tx.scalars(kept).all()) == len(others)
