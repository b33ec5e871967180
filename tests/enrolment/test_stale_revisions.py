"""Writes that say on which state they were decided are a conflict once that has changed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from admitting import a_line, applicants, offered_now, offers, waitlist
from enrolling import autumn_schedule, places

from enrolment.domain.dfe.courses import HEADSHIP
from headship_contracts.enrolment.admissions import PublishAdmissionPolicy, RecordAdmissionStep
from headship_contracts.enrolment.fees import AgreeFee, CreditFee, RecordPayment, RefundFee
from headship_contracts.enrolment.money import (
    AdjustStatement,
    ListStatements,
    PublishStatements,
    RemoveAdjustment,
    SetContract,
    StatementDates,
)
from headship_contracts.enrolment.schools import AddSchools, School
from headship_contracts.enrolment.training import MoveParticipantSchool
from headship_contracts.enrolment.waitlist import (
    CancelPlace,
    DeclineOffer,
    JoinWaitlist,
    LeaveWaitlist,
    OfferPlace,
    Reinstate,
    TakeUpOffer,
)
from headship_contracts.errors import Conflict

CONTRACT = SetContract(
    cohort="2026b",
    course=HEADSHIP,
    from_month=date(2026, 11, 1),
    recruitment_target=72,
    per_participant=Decimal(800),
    service_fee_installments=19,
)


def is_stale(enrolling, request, revision):
    with pytest.raises(Conflict, match="stale_revision"):
        enrolling.call(replace(request, if_revision=revision))


def test_a_cap_that_somebody_else_has_changed(enrolling):
    first = enrolling.call(replace(places(5), if_revision=0))
    second = enrolling.call(replace(places(6), if_revision=first.revision))

    is_stale(enrolling, places(7), first.revision)
    assert enrolling.call(places(6)).revision == second.revision


def test_dates_of_a_schedule_that_somebody_else_has_published(enrolling):
    first = enrolling.call(autumn_schedule(if_revision=0))

    is_stale(enrolling, autumn_schedule(starts_on=date(2026, 9, 30)), 0)
    again = autumn_schedule(starts_on=date(2026, 9, 30), if_revision=first.revision)
    assert enrolling.call(again).revision > first.revision


def test_terms_of_a_contract_that_somebody_else_has_set(enrolling):
    first = enrolling.call(replace(CONTRACT, if_revision=0))
    other = replace(CONTRACT, recruitment_target=80)

    is_stale(enrolling, other, 0)
    assert enrolling.call(replace(other, if_revision=first.revision)).recruitment_target == 80


DATES = StatementDates(
    year=2026,
    month=12,
    deadline_on=date(2026, 11, 25),
    payment_on=date(2026, 12, 25),
    output_fee=True,
)


def test_a_statement_that_somebody_else_has_published(enrolling):
    calendar = PublishStatements(cohort="2026b", statements=[replace(DATES, if_revision=0)])
    enrolling.call(calendar)
    (first,) = enrolling.call(ListStatements(cohort="2026b")).items
    later = replace(DATES, payment_on=date(2026, 12, 28), if_revision=first.revision)

    with pytest.raises(Conflict, match="stale_revision"):
        enrolling.call(calendar)
    changed = enrolling.call(replace(calendar, statements=[later])).changed
    (second,) = enrolling.call(ListStatements(cohort="2026b")).items

    assert (changed, second.payment_on) == (1, date(2026, 12, 28))
    with pytest.raises(Conflict, match="stale_revision"):
        enrolling.call(replace(calendar, statements=[later]))


def test_a_statement_that_somebody_else_has_adjusted(enrolling):
    enrolling.call(PublishStatements(cohort="2026b", statements=[DATES]))
    (statement,) = enrolling.call(ListStatements(cohort="2026b")).items
    adjust = AdjustStatement(
        statement_id=statement.statement_id, description="agreed", amount=Decimal("12.50")
    )

    made = enrolling.call(replace(adjust, if_revision=statement.revision))

    is_stale(enrolling, adjust, statement.revision)
    remove = RemoveAdjustment(adjustment_id=made.adjustment_id)
    is_stale(enrolling, remove, statement.revision)
    (now,) = enrolling.call(ListStatements(cohort="2026b")).items
    assert enrolling.call(replace(remove, if_revision=now.revision)).done


def test_a_person_whose_applications_have_changed_since(enrolling):
    enrolled = enrolling.enrolled()
    schools = [
        School(urn=urn, name="Example", local_authority="Kent", phase="primary")
        for urn in ("100002", "100003")
    ]
    enrolling.call(AddSchools(schools=schools))
    move = MoveParticipantSchool(participant_id=enrolled.participant_id, school_urn="100002")

    moved = enrolling.call(replace(move, if_revision=enrolled.revision))

    is_stale(enrolling, replace(move, school_urn="100003"), enrolled.revision)
    assert moved.revision == enrolling.application(enrolled.application_id).revision


def test_a_policy_that_somebody_else_has_published(enrolling):
    policy = PublishAdmissionPolicy(course=HEADSHIP, policy_text="First come, first served.")
    first = enrolling.call(replace(policy, if_revision=0))
    other = replace(policy, required_steps=["statement"])

    is_stale(enrolling, other, 0)
    assert enrolling.call(replace(other, if_revision=first.version)).version == first.version + 1


def test_a_step_that_somebody_else_has_recorded(enrolling):
    (applicant,) = applicants(enrolling, 1)
    step = RecordAdmissionStep(
        application_id=applicant.application_id, step="suitability", outcome="met"
    )
    first = enrolling.call(replace(step, if_revision=0))

    is_stale(enrolling, replace(step, outcome="not_met"), 0)
    again = replace(step, outcome="not_met", if_revision=first.revision)
    assert enrolling.call(again).outcome == "not_met"


def test_a_place_on_the_waitlist_that_somebody_else_has_changed(enrolling):
    first = a_line(enrolling)[1].application_id
    entry = waitlist(enrolling)[0]
    leave = LeaveWaitlist(application_id=first, reason="no time")

    is_stale(enrolling, JoinWaitlist(application_id=first), 0)
    is_stale(enrolling, leave, entry.revision - 1)
    left = enrolling.call(replace(leave, if_revision=entry.revision))
    reinstate = Reinstate(application_id=first, reason="a mistake")
    is_stale(enrolling, reinstate, entry.revision)

    assert enrolling.call(replace(reinstate, if_revision=left.revision)).state == "waiting"


@pytest.mark.parametrize("answer", [TakeUpOffer, DeclineOffer])
def test_an_offer_that_is_not_the_one_that_was_seen(enrolling, answer):
    a_line(enrolling)
    enrolling.call(places(2))
    offered_now(enrolling)
    (offer,) = offers(enrolling)
    reason = {"reason": "no time"} if answer is DeclineOffer else {}
    said = answer(application_id=offer.application_id, **reason)

    is_stale(enrolling, said, offer.revision - 1)
    assert enrolling.call(replace(said, if_revision=offer.revision))


def test_a_place_that_is_offered_or_cancelled_on_what_was_seen(enrolling):
    (applicant,) = applicants(enrolling, 1)
    one = applicant.application_id
    is_stale(enrolling, OfferPlace(application_id=one), applicant.revision - 1)
    enrolling.call(OfferPlace(application_id=one, if_revision=applicant.revision))
    enrolling.call(TakeUpOffer(application_id=one))

    cancel = CancelPlace(application_id=one, reason="no time")
    is_stale(enrolling, cancel, applicant.revision)
    seen = enrolling.application(one).revision
    assert enrolling.call(replace(cancel, if_revision=seen)).place == "none"


def test_a_fee_that_somebody_else_has_entered_something_for(enrolling):
    (applicant,) = applicants(enrolling, 1)
    agree = AgreeFee(application_id=applicant.application_id, payer="self", amount=Decimal(90))
    is_stale(enrolling, agree, applicant.revision - 1)
    fee = enrolling.call(replace(agree, if_revision=applicant.revision))
    pay = RecordPayment(fee_id=fee.fee_id, amount=Decimal(90), reference="BACS 1")
    credit = CreditFee(fee_id=fee.fee_id, amount=Decimal(10), reason="agreed")
    refund = RefundFee(fee_id=fee.fee_id, amount=Decimal(10), reference="BACS 2")

    seen = fee.revision
    for entry in (pay, credit, refund):
        is_stale(enrolling, entry, seen - 1)
        seen = enrolling.call(replace(entry, if_revision=seen)).revision

    assert seen > fee.revision
