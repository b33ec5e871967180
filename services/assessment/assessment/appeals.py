"""Appeals: three stages with clocks, decided by people who had nothing to do with the marking."""

from uuid import UUID, uuid4

from assessment import bank_holidays, corrections, queries, roles, schemas, scripts
from assessment.domain import appeals as rules
from assessment.domain.deadlines import Stage, after_working_days, next_stage
from assessment.domain.integrity import Outcome
from assessment.domain.windows import london_date
from assessment.models import Appeal, AppealStage, Application, StaffMember
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.appeals import (
    AppealPage,
    AppealRecord,
    DecideAppeal,
    EscalateAppeal,
    FileAppeal,
    GetAppeal,
    ListAppeals,
    WithdrawAppeal,
)
from headship_contracts.assessment.events import AppealDecided, AppealReceived
from headship_contracts.errors import Refused
from kit import Transaction

SENIOR = ("moderator", "lead")


def file(tx: Transaction, request: FileAppeal, settings: AssessmentSettings) -> AppealRecord:
    """Begin an appeal with its clerical check."""
    roles.require(tx, roles.LEADS)
    application = queries.applications.lock(tx, request.application_id)
    result = queries.marking.lock_result(tx, request.application_id, request.attempt)
    former = queries.cases.latest_appeal(tx, result.id)
    if former is not None and (former.state == "open" or not _changed_since(tx, former)):
        raise Refused("already_appealed", "there is an appeal against this result")
    told_on = london_date(queries.marking.told_at(tx, result))
    last_day = after_working_days(told_on, settings.appeal_within, bank_holidays.calendar())
    if london_date(tx.at) > last_day:
        raise Refused("too_late_to_appeal", f"the last day was {last_day}")
    appeal = Appeal(
        id=uuid4(),
        result=result,
        application=application,
        grounds=request.grounds,
        statement=request.statement,
        stage=Stage.CLERICAL_CHECK,
        state="open",
        received_at=tx.at,
        revision=tx.next_revision(None),
    )
    tx.add(appeal)
    tx.flush()
    _begin(tx, appeal, Stage.CLERICAL_CHECK, request.grounds, settings)
    return _record(tx, appeal)


def decide(tx: Transaction, request: DecideAppeal, settings: AssessmentSettings) -> AppealRecord:
    """Decide the stage at which an appeal is; a changed result is told again at once."""
    staff_id = roles.acting(tx, request.staff_id, SENIOR)
    application, appeal = _lock(tx, request.appeal_id)
    _require_open(appeal)
    stage = Stage(appeal.stage)
    _require_uninvolved(tx, application, appeal, stage, staff_id, request.members)
    result = queries.marking.lock_result(tx, appeal.application_id, appeal.result.attempt)
    judgement = corrections.judged(result.script, request.marks) if request.marks else None
    remedy = rules.remedy_of(
        stage,
        upheld=request.decision == "upheld",
        was=result.state,
        despite_marks=result.script.integrity_outcome == Outcome.FAIL,
        by_marks=None if judgement is None else judgement.indicative,
        another_attempt=request.another_attempt,
    )
    ends = _current_stage(tx, appeal)
    ends.decision, ends.reason = request.decision, request.reason
    ends.decided_at, ends.decided_by = tx.at, str(staff_id or tx.caller)
    ends.members = [str(member) for member in request.members]
    ends.marks = [one.dump() for one in request.marks] if request.marks else None
    if request.decision == "dismissed" and next_stage(stage) is not None:
        ends.next_by = after_working_days(
            london_date(tx.at), settings.next_stage_within, bank_holidays.calendar()
        )
    appeal.state, appeal.remedy = request.decision, remedy
    appeal.revision = tx.next_revision(appeal.revision)
    scripts.record(
        tx,
        result.script,
        "appeal_decided",
        stage,
        decision=request.decision,
        remedy=remedy,
        grounds=appeal.grounds,
        staff_id=None if staff_id is None else str(staff_id),
    )
    if remedy == rules.RESULT_CHANGED:
        corrections.change(
            tx, application, result, request.marks, "appeal_upheld", appeal_id=str(appeal.id)
        )
    elif remedy == rules.ANOTHER_ATTEMPT:
        corrections.disregard(tx, application, result, f"appeal {appeal.id}")
    tx.emit(
        AppealDecided(
            revision=appeal.revision,
            appeal_id=appeal.id,
            application_id=appeal.application_id,
            participant_id=application.participant,
            result_id=appeal.result_id,
            stage=stage,
            decision=request.decision,
            remedy=remedy,
            next_by=ends.next_by,
        )
    )
    return _record(tx, appeal)


def escalate(
    tx: Transaction, request: EscalateAppeal, settings: AssessmentSettings
) -> AppealRecord:
    """Begin the next stage of a dismissed appeal."""
    roles.require(tx, roles.LEADS)
    _, appeal = _lock(tx, request.appeal_id)
    if appeal.state != "dismissed":
        raise Refused(f"appeal_{appeal.state}", "only a dismissed appeal goes to its next stage")
    after = next_stage(Stage(appeal.stage))
    if after is None:
        raise Refused("panel_is_final", "the panel's decision is final")
    if _changed_since(tx, appeal):
        raise Refused("result_changed", "appeal against the result as it is now")
    next_by = _current_stage(tx, appeal).next_by
    if next_by is not None and london_date(tx.at) > next_by:
        raise Refused("too_late_for_next_stage", f"the last day was {next_by}")
    appeal.stage, appeal.state = after, "open"
    appeal.revision = tx.next_revision(appeal.revision)
    _begin(tx, appeal, after, request.reason, settings)
    return _record(tx, appeal)


def withdraw(tx: Transaction, request: WithdrawAppeal) -> AppealRecord:
    """Take an appeal back that is not decided."""
    roles.require(tx, roles.LEADS)
    _, appeal = _lock(tx, request.appeal_id)
    _require_open(appeal)
    ends = _current_stage(tx, appeal)
    ends.reason, ends.decided_at, ends.decided_by = request.reason, tx.at, str(tx.caller)
    appeal.state = "withdrawn"
    appeal.revision = tx.next_revision(appeal.revision)
    scripts.record(tx, appeal.result.script, "appeal_withdrawn", appeal.stage)
    return _record(tx, appeal)


def get(tx: Transaction, request: GetAppeal) -> AppealRecord:
    """An appeal with its stages."""
    roles.require(tx, SENIOR)
    return _record(tx, queries.cases.require_appeal(tx, request.appeal_id))


def list_all(tx: Transaction, request: ListAppeals) -> AppealPage:
    """Appeals, oldest first."""
    roles.require(tx, SENIOR)
    today = london_date(tx.at)
    found, cursor = queries.cases.page_of_appeals(tx, request, today)
    stages = queries.cases.stages_of(tx, [appeal.id for appeal in found])
    items = [schemas.appeal_record(one, stages.get(one.id, []), today) for one in found]
    return AppealPage(items=items, next_cursor=cursor)


def _begin(
    tx: Transaction, appeal: Appeal, stage: Stage, because: str, settings: AssessmentSettings
) -> None:
    days = {
        Stage.CLERICAL_CHECK: settings.clerical_check_days,
        Stage.REVIEW_OF_MARKING: settings.review_of_marking_days,
        Stage.PANEL: settings.panel_days,
    }[stage]
    today = london_date(tx.at)
    due_on = after_working_days(today, days, bank_holidays.calendar())
    tx.add(
        AppealStage(
            appeal_id=appeal.id,
            stage=stage,
            begun_at=tx.at,
            begun_because=because,
            due_on=due_on,
        )
    )
    scripts.record(tx, appeal.result.script, "appeal_begun", stage, due_on=str(due_on))
    tx.emit(
        AppealReceived(
            revision=appeal.revision,
            appeal_id=appeal.id,
            application_id=appeal.application_id,
            participant_id=appeal.application.participant,
            result_id=appeal.result_id,
            stage=stage,
            due_on=due_on,
        )
    )


def _lock(tx: Transaction, appeal_id: UUID) -> tuple[Application, Appeal]:
    """An appeal with what its decision may change, locked in the usual order."""
    known = queries.cases.require_appeal(tx, appeal_id)
    application = queries.applications.lock(tx, known.application_id)
    queries.marking.lock_script(tx, known.result.script_id)
    return application, queries.cases.require_appeal(tx, appeal_id, lock=True)


def _changed_since(tx: Transaction, appeal: Appeal) -> bool:
    """Whether a lead changed the result after the appeal: then it is another one."""
    change = queries.marking.latest_change(tx, appeal.result)
    return (
        change is not None
        and change.rule == corrections.BY_A_LEAD
        and change.at >= appeal.received_at
    )


def _require_open(appeal: Appeal) -> None:
    if appeal.state != "open":
        raise Refused(f"already_{appeal.state}", f"the {appeal.stage} is over")


def _require_uninvolved(
    tx: Transaction,
    application: Application,
    appeal: Appeal,
    stage: Stage,
    staff_id: UUID | None,
    members: list[UUID],
) -> None:
    """Refuse who had the script, decided an earlier stage, or has a conflict with its author."""
    if stage is Stage.CLERICAL_CHECK:
        return
    deciding = [*([] if staff_id is None else [staff_id]), *members]
    had = {staff for _, _, staff in queries.desks.who_had(tx, [application.application_id])}
    decided = {
        who
        for one in queries.cases.stages_of(tx, [appeal.id]).get(appeal.id, [])
        for who in (one.decided_by, *(one.members or []))
    }
    declared = queries.assessors.declared(tx, deciding)
    people = {one: tx.get(StaffMember, one) for one in deciding}
    for one, member in people.items():
        if member is None or not member.active:
            raise Refused("staff_not_active", f"{one} is no active member of staff")
        if not set(SENIOR).intersection(member.roles):
            raise Refused("not_permitted", f"{one} is neither moderator nor lead")
        why = rules.involvement(
            had_the_script=one in had,
            decided_before=str(one) in decided,
            coach=one == application.coach_staff_id,
            conflict=schemas.conflict_between(member, application, declared.get(one, ())),
        )
        if why is not None:
            raise Refused("involved", f"{one} may not decide: {why}")
    rules.require_deciders(stage, len(deciding) if stage is not Stage.PANEL else len(set(members)))


def _current_stage(tx: Transaction, appeal: Appeal) -> AppealStage:
    return tx.get_one(AppealStage, (appeal.id, appeal.stage))


def _record(tx: Transaction, appeal: Appeal) -> AppealRecord:
    tx.flush()
    stages = queries.cases.stages_of(tx, [appeal.id])[appeal.id]
    return schemas.appeal_record(appeal, stages, london_date(tx.at))
