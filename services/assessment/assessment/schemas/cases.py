"""Circumstances and appeals as they leave."""

from collections.abc import Collection, Sequence
from datetime import date

from assessment.domain.allocation import Unplaced
from assessment.models import Appeal, AppealStage, Application, Circumstances, StaffMember
from headship_contracts.assessment.appeals import AppealRecord, StageRecord
from headship_contracts.assessment.circumstances import CircumstancesRecord


def circumstances_record(case: Circumstances, evidence: int, today: date) -> CircumstancesRecord:
    """A case of extenuating circumstances."""
    return CircumstancesRecord(
        circumstances_id=case.id,
        application_id=case.application_id,
        window_id=case.window_id,
        kind=case.kind,
        statement=case.statement,
        state=case.state,
        evidence=evidence,
        filed_at=case.filed_at,
        due_on=case.due_on,
        overdue=case.state == "filed" and case.due_on < today,
        outcome=case.outcome,
        closes_on=case.closes_on,
        reason=case.reason,
        decided_at=case.decided_at,
        decided_by=case.decided_by,
    )


def appeal_record(appeal: Appeal, stages: Sequence[AppealStage], today: date) -> AppealRecord:
    """An appeal with its stages."""
    return AppealRecord(
        appeal_id=appeal.id,
        application_id=appeal.application_id,
        result_id=appeal.result_id,
        attempt=appeal.result.attempt,
        grounds=appeal.grounds,
        statement=appeal.statement,
        stage=appeal.stage,
        state=appeal.state,
        overdue=appeal.state == "open"
        and any(one.stage == appeal.stage and one.due_on < today for one in stages),
        received_at=appeal.received_at,
        remedy=appeal.remedy,
        stages=[
            StageRecord(
                stage=one.stage,
                begun_at=one.begun_at,
                due_on=one.due_on,
                decision=one.decision,
                reason=one.reason,
                decided_at=one.decided_at,
                decided_by=one.decided_by,
                next_by=one.next_by,
            )
            for one in stages
        ],
    )


def about_author(application: Application) -> Unplaced:
    """What makes for a conflict with an author, as a script that is not numbered yet."""
    partner, coach = application.delivery_partner_id, application.coach_staff_id
    return Unplaced(
        script_id="",
        school_urn=application.school_urn,
        trust_id=application.trust_id,
        delivery_partner_id=None if partner is None else str(partner),
        coach_staff_id=None if coach is None else str(coach),
        author=frozenset(
            {
                f"application:{application.application_id}",
                f"participant:{application.participant_id}",
            }
        ),
    )


def conflict_between(
    member: StaffMember, application: Application, declared: Collection[str] = ()
) -> str | None:
    """What a member of staff shares with a participant, or `declared` (as `kind:key`), that keeps
    them from deciding."""
    for what in ("school_urn", "trust_id", "delivery_partner_id"):
        theirs = getattr(member, what)
        if theirs is not None and theirs == getattr(application, what):
            return f"has the same {what}"
    if not about_author(application).connections.isdisjoint(declared):
        return "declared a conflict with this participant"
    return None
