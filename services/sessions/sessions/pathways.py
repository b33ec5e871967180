"""Plans of one's own: choosing, moving and pausing study, and a fresh plan of what remains."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from headship_contracts.sessions.pathways import (
    ChoosePathway,
    GetPathway,
    MoveStudy,
    PathwayRecord,
    PauseStudy,
)
from kit import Transaction
from sessions import ground, pathway_drafts, pathway_records, queries
from sessions.domain.london import monday_of, today
from sessions.domain.pathway.plan import Laid
from sessions.ground import Ground
from sessions.models import Enrolment, Pathway
from sessions.settings import SessionsSettings


def get(tx: Transaction, request: GetPathway, settings: SessionsSettings) -> PathwayRecord:
    """The plan as it is now; the cohort's own, for whoever has made none."""
    person = queries.enrolment(tx, request.application_id)
    stands_on = ground.of_one(tx, person)
    row = tx.get(Pathway, person.application_id)
    return pathway_records.record(
        tx, stands_on, row or pathway_drafts.of_cohort(stands_on), settings.gate
    )


def choose(tx: Transaction, request: ChoosePathway, settings: SessionsSettings) -> PathwayRecord:
    """A plan by one's own choice; only shown, not kept, where it is just tried."""
    person = _locked(tx, request.application_id)
    row = tx.get(Pathway, person.application_id)
    version = row.version if row else 0
    if request.expected_version not in {None, version}:
        raise Conflict("pathway_changed", f"version {version} is in force")
    stands_on = ground.of_one(tx, person)
    draft = pathway_drafts.draft_of(stands_on, row)
    draft.faces = pathway_drafts.faces(stands_on, request.faces)
    draft.choices = pathway_drafts.choices(tx, stands_on, draft, request)
    draft.pins = {}
    laid = pathway_drafts.lay_out(tx, stands_on, draft)
    _require_in_reach(laid, settings)
    if request.try_only:
        return pathway_records.record(
            tx, stands_on, pathway_drafts.filled(tx, draft, laid, "chosen"), settings.gate
        )
    return pathway_drafts.keep(tx, stands_on, draft, laid, "chosen", settings)


def move(tx: Transaction, request: MoveStudy, settings: SessionsSettings) -> PathwayRecord:
    """A unit has the week that one wants; the rest is laid out around it."""
    stands_on, draft = _to_change(tx, request.application_id)
    monday = monday_of(request.week_of)
    planned = {item["code"] for item in draft.items if item["kind"] == "self_study"}
    if request.unit_code not in planned:
        told = [f"{request.unit_code!r} is no unit of self-study of their plan"]
        raise Invalid("invalid_fields", "no such unit", {"unit_code": told})
    weeks = {
        week.monday
        for week in stands_on.weeks(today(tx.at), pathway_drafts.paused(stands_on, draft))
    }
    if monday not in weeks:
        told = ["is in no open week that is ahead: a holiday, over, or after the last unit"]
        raise Invalid("invalid_fields", "no study then", {"week_of": told})
    draft.pins = {**draft.pins, request.unit_code: monday.isoformat()}
    laid = pathway_drafts.lay_out(tx, stands_on, draft)
    dates = {item.code: item.starts_on for item in laid.items}
    starts_on = dates[request.unit_code]
    if starts_on is None or monday_of(starts_on) != monday:
        raise Refused(
            "week_is_full",
            f"the week of {monday} has no room for {request.unit_code}, or comes before what it "
            "requires or after what needs it",
        )
    _require_in_reach(laid, settings)
    return pathway_drafts.keep(tx, stands_on, draft, laid, "moved", settings)


def pause(tx: Transaction, request: PauseStudy, settings: SessionsSettings) -> PathwayRecord:
    """No study in some weeks; the rest moves around them."""
    if request.until_on < request.from_on or request.until_on < today(tx.at):
        told = ["is before from_on, or over"]
        raise Invalid("invalid_fields", "no such days", {"until_on": told})
    stands_on, draft = _to_change(tx, request.application_id)
    added = {
        "from": request.from_on.isoformat(),
        "until": request.until_on.isoformat(),
        "reason": request.reason,
    }
    draft.pauses = [*draft.pauses, added]
    paused = pathway_drafts.paused(stands_on, draft)
    draft.pins = {
        code: monday
        for code, monday in draft.pins.items()
        if date.fromisoformat(monday) not in paused
    }
    laid = pathway_drafts.lay_out(tx, stands_on, draft)
    _require_in_reach(laid, settings)
    return pathway_drafts.keep(tx, stands_on, draft, laid, "paused", settings)


def renew(
    tx: Transaction, people: Collection[Enrolment], why: str, settings: SessionsSettings
) -> None:
    """A fresh plan of what remains, by what was chosen so far. The caller holds people's locks."""
    for application_id, stands_on in ground.of(tx, people).items():
        draft = pathway_drafts.draft_of(stands_on, tx.get(Pathway, application_id))
        laid = pathway_drafts.lay_out(tx, stands_on, draft)
        pathway_drafts.keep(tx, stands_on, draft, laid, why, settings)


def follow_plan(tx: Transaction, people: Collection[Enrolment], settings: SessionsSettings) -> None:
    """Where the cohort's plan has changed under somebody's own, theirs is laid out anew."""
    ids = [person.application_id for person in people]
    plans = queries.plans(tx, {(person.course, person.cohort) for person in people})
    rows = queries.pathways(tx, ids)
    stale = []
    for person in people:
        row, plan = rows.get(person.application_id), plans.get((person.course, person.cohort))
        if row and plan and (row.plan_id, row.plan_version) != (plan.plan_id, plan.version):
            stale.append(person)
    if stale:
        renew(tx, stale, "plan_changed", settings)


def _to_change(tx: Transaction, application_id: UUID) -> tuple[Ground, Pathway]:
    person = _locked(tx, application_id)
    stands_on = ground.of_one(tx, person)
    draft = pathway_drafts.draft_of(stands_on, tx.get(Pathway, person.application_id))
    return stands_on, draft


def _locked(tx: Transaction, application_id: UUID) -> Enrolment:
    person = queries.lock_enrolments(tx, [application_id]).get(application_id)
    if person is None:
        raise NotFound("application_not_found", str(application_id))
    if not person.in_training:
        raise Refused("not_in_training", f"they are {person.training_status or person.status}")
    return person


def _require_in_reach(laid: Laid, settings: SessionsSettings) -> None:
    percent = settings.gate_percent
    if not laid.reach.reaches(percent):
        raise Refused(
            "gate_would_be_lost",
            f"{laid.reach.attended} of {laid.reach.planned} minutes of self-study would be in "
            f"reach; the gate asks for {percent} %",
        )
