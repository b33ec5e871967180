"""The due list, the deadlines' warnings, and what blocks a declaration."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from enrolling import MILESTONES, acceptance_of, autumn_schedule

from dfe_simulator.faults import Fault
from enrolment.domain.dfe.schedules import schedules_of_cohort
from headship_contracts.enrolment.applications import RejectApplication
from headship_contracts.enrolment.declarations import (
    DueDeclarations,
    ListSchedules,
    PublishCohort,
    PublishSchedule,
)
from headship_contracts.enrolment.events import DeclarationDue, SchedulePublished
from headship_contracts.enrolment.training import WithdrawParticipant
from headship_contracts.errors import NotFound, Refused
from kit.testing import emitted


def due(enrolling, **options):
    return enrolling.call(DueDeclarations(**options)).items


def evening(year, month, day):
    return datetime(year, month, day, 20, tzinfo=UTC)


def test_nothing_is_due_before_its_milestone_opens(enrolling):
    enrolling.enrolled()

    assert due(enrolling) == []
    (to_come,) = due(enrolling, on=date(2026, 10, 1))
    assert (to_come.declaration_type, to_come.reason, to_come.days_left) == (
        "started",
        "no_evidence",
        55,
    )


def test_what_is_evidenced_is_made_by_the_next_daily_run_and_only_once(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(evening(2026, 10, 20))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))

    (before,) = due(enrolling)
    enrolling.run("declare_what_is_due")
    enrolling.run("declare_what_is_due")
    (made,) = due(enrolling)
    enrolling.push()

    assert (before.reason, made.reason, due(enrolling)) == ("evidenced", "not_sent", [])
    (declared,) = enrolling.declarations()
    assert declared.declaration_date == datetime(2026, 10, 8, 11, tzinfo=UTC)
    assert declared.evidence_fact == ("engaged from 2026-10-08 to 2026-10-19, 180 of 200 minutes")


def test_what_is_evidenced_on_the_day_of_the_deadline_is_declared_that_evening(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 11, 25, 5, tzinfo=UTC))
    enrolling.run("declare_what_is_due")
    enrolling.moves_to(datetime(2026, 11, 25, 21, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 11, 25), date(2026, 11, 25))

    enrolling.run("declare_what_came_today")
    enrolling.push()

    (declared,) = enrolling.declarations()
    assert (declared.state, declared.declaration_date.date()) == ("eligible", date(2026, 11, 25))


def test_without_a_delivery_partner_dfes_refusal_is_told_and_nothing_is_sent(enrolling):
    enrolling.call(autumn_schedule())
    enrolling.sync()
    application = next(a for a in enrolling.applications() if a.eligible_for_funding)
    enrolling.call(acceptance_of(application))
    enrolling.push()
    enrolling.moves_to(evening(2026, 10, 20))
    enrolling.engages(application, date(2026, 10, 8), date(2026, 10, 19))

    enrolling.declares()

    (blocked,) = due(enrolling)
    assert blocked.reason == "blocked"
    assert blocked.detail == (
        "delivery_partner_id: The property '#/delivery_partner_id' must be present"
    )
    assert enrolling.declarations() == []


def test_warnings_come_21_7_and_1_days_before_a_deadline_each_once(enrolling):
    enrolling.enrolled()

    for on in (date(2026, 11, day) for day in (3, 4, 5, 18, 18, 24, 25)):
        enrolling.moves_to(evening(on.year, on.month, on.day))
        enrolling.run("declare_what_is_due")

    told = emitted(enrolling.db, DeclarationDue)
    assert [event.days_left for event in told] == [21, 7, 1]
    assert {(e.declaration_type, e.reason) for e in told} == {("started", "no_evidence")}


def test_what_waits_to_be_rejected_is_not_declared(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(evening(2026, 10, 20))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.call(RejectApplication(application_id=participant.application_id))

    enrolling.declares()

    assert enrolling.declarations() == []
    assert enrolling.application(participant.application_id).status == "rejected"


def test_nothing_is_declared_while_dfe_has_yet_to_answer_a_withdrawal(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(evening(2026, 10, 8))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 8))
    enrolling.declares()
    enrolling.moves_to(evening(2026, 12, 3))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 12, 3))
    enrolling.dfe.faults.append(Fault(kind="reply_lost", path_contains="withdraw"))
    enrolling.call(
        WithdrawParticipant(
            application_id=participant.application_id,
            reason="other",
            effective_on=date(2026, 12, 3),
        )
    )
    enrolling.push()

    enrolling.run("declare_what_is_due")
    (meanwhile,) = due(enrolling)
    enrolling.dfe.faults.clear()
    enrolling.patience_ends()
    enrolling.push()
    enrolling.run("declare_what_is_due")
    enrolling.push()

    why = "DfE has yet to answer a decision: withdrawing"
    assert (meanwhile.reason, meanwhile.detail) == ("blocked", why)
    assert {write.state for write in enrolling.writes()} == {"done"}
    assert {d.declaration_type: d.state for d in enrolling.declarations()} == {
        "started": "eligible",
        "retained-1": "eligible",
    }


def test_what_is_declared_cannot_be_rejected(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(evening(2026, 10, 20))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.run("declare_what_is_due")

    with pytest.raises(Refused, match="declarations that prevent it from being rejected"):
        enrolling.call(RejectApplication(application_id=participant.application_id))


def test_the_due_list_comes_in_pages(enrolling):
    enrolling.call(autumn_schedule())
    for number in range(3):
        enrolling.accepted(number)
    enrolling.moves_to(evening(2026, 10, 20))

    first = enrolling.call(DueDeclarations(limit=2))
    second = enrolling.call(DueDeclarations(limit=2, cursor=first.next_cursor))

    assert (len(first.items), len(second.items), second.next_cursor) == (2, 1, None)


def test_schedules_that_dfe_published_are_there_from_the_start(enrolling):
    spring, _specialist = enrolling.call(ListSchedules(cohort="2025a")).items

    assert (spring.schedule, spring.starts_on) == ("npq-leadership-spring", date(2025, 2, 1))
    assert [m.deadline_on for m in spring.milestones] == [
        date(2025, 5, 30),
        date(2025, 12, 19),
        date(2026, 7, 24),
        date(2027, 2, 25),
    ]


@pytest.mark.parametrize("cohort", ["2023a", "2024a", "2025a"])
def test_what_dfe_published_starts_on_the_day_that_dfe_enforces(enrolling, cohort):
    enforced = {one.identifier: one.applies_from for one in schedules_of_cohort(cohort)}
    listed = enrolling.call(ListSchedules(cohort=cohort)).items

    assert listed
    assert {one.schedule: one.starts_on for one in listed}.items() <= enforced.items()


def test_a_schedule_is_told_when_its_dates_are_new(enrolling):
    enrolling.call(autumn_schedule())
    enrolling.call(autumn_schedule())
    enrolling.call(autumn_schedule(starts_on=date(2026, 9, 30)))

    told = emitted(enrolling.db, SchedulePublished)
    assert [event.starts_on for event in told] == [date(2026, 10, 1), date(2026, 9, 30)]
    assert told[1].milestones == MILESTONES
    assert told[1].revision > told[0].revision


def test_a_cohort_is_known_before_its_schedules_and_keeps_its_funding(enrolling):
    schedule = PublishSchedule(
        schedule="npq-leadership-autumn",
        cohort="2027a",
        starts_on=date(2026, 10, 1),
        milestones=MILESTONES,
    )

    with pytest.raises(NotFound, match="cohort_not_found"):
        enrolling.call(schedule)
    enrolling.call(PublishCohort(cohort="2027a", funding="capped"))
    enrolling.call(schedule)
    with pytest.raises(Refused, match="cohort_funding_fixed"):
        enrolling.call(PublishCohort(cohort="2027a", funding="full"))


def test_a_declaration_of_nobody_is_nobodys(enrolling):
    assert enrolling.declarations(application_id=UUID(int=1)) == []


def test_a_hub_that_dfe_did_not_confirm_for_the_cohort_blocks_the_declaration(enrolling):
    for partner in enrolling.dfe.world.delivery_partners.values():
        partner.cohorts[enrolling.dfe.plan.lead_provider] = ("2025a",)
    participant = enrolling.enrolled()
    enrolling.moves_to(evening(2026, 10, 20))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))

    (blocked,) = due(enrolling)

    assert blocked.reason == "blocked"
    assert "not from your list of confirmed Delivery Partners" in blocked.detail


def test_a_hub_that_dfe_confirms_no_more_blocks_the_declaration_until_it_does_again(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(evening(2026, 10, 20))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    hubs, provider = (
        enrolling.dfe.world.delivery_partners.values(),
        enrolling.dfe.plan.lead_provider,
    )
    confirmed = [hub.cohorts.pop(provider) for hub in hubs]

    enrolling.sync()
    enrolling.declares()

    (blocked,) = due(enrolling)
    assert blocked.reason == "blocked"
    assert "not from your list of confirmed Delivery Partners" in blocked.detail
    for hub, cohorts in zip(hubs, confirmed, strict=True):
        hub.cohorts[provider] = cohorts
    enrolling.sync()
    enrolling.declares()
    assert [declared.state for declared in enrolling.declarations()] == ["eligible"]
