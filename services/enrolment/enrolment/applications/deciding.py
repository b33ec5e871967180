"""Applications: deciding on them here, and following what DfE shows."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from enrolment import places, queries, schemas
from enrolment.admissions import steps
from enrolment.applications.following import as_rival, be_accepted, be_rejected, changed, facts_of
from enrolment.domain.declarations import state_at_dfe
from enrolment.domain.dfe import applications as twin
from enrolment.domain.dfe.courses import GROUPS
from enrolment.domain.dfe.messages import Problem
from enrolment.domain.dfe.schedules import default_schedule, schedules_of_cohort
from enrolment.domain.places import HELD, OFFERED
from enrolment.domain.revisions import check_revision
from enrolment.models import Application
from enrolment.traffic.writes import owe
from enrolment.waitlist import joining, offers
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    ApplicationPage,
    ApplicationRecord,
    ChangeFundedPlace,
    GetApplication,
    ListApplications,
    RejectApplication,
)
from headship_contracts.errors import Refused
from kit import Transaction
from kit.paging import page

EQUAL_TO = (
    "status",
    "decision",
    "training_status",
    "place",
    "course",
    "cohort",
    "delivery_partner_id",
    "participant_id",
    "dfe_application_id",
)

LATER_ONE = "DfE would take it for the participant's later application for this course"


def list_applications(tx: Transaction, request: ListApplications) -> ApplicationPage:
    """Oldest first."""
    wanted = select(Application).options(joinedload(Application.participant))
    for name in EQUAL_TO:
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Application, name) == value)
    if request.with_problem:
        wanted = wanted.where(Application.problem.is_not(None))
    keys = (Application.created_at, Application.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    schemas.know_schools(tx, {a.school_urn for a in found if a.school_urn})
    return ApplicationPage(items=[schemas.application_record(a) for a in found], next_cursor=cursor)


def get_application(tx: Transaction, request: GetApplication) -> ApplicationRecord:
    """One application."""
    return schemas.application_record(queries.application(tx, request.application_id))


def accept(tx: Transaction, request: AcceptApplication) -> ApplicationRecord:
    """Hold a place and owe DfE the acceptance; one that DfE does not know is accepted at once."""
    application, rivals = queries.lock_with_rivals(tx, request.application_id)
    check_revision(application.revision, request.if_revision)
    check_undecided(tx, application)
    if any(r.decision == "accepting" and r.course == application.course for r in rivals):
        raise Refused("another_application_accepting", "an acceptance is on its way to DfE")
    schedule = _check_acceptance(tx, application, rivals, request)
    steps.check_steps(tx, application)
    if not _hold_place(tx, application, wait_if_full=request.wait_if_full):
        return schemas.application_record(application)
    application.problem = None
    if application.dfe_application_id is None:
        application.schedule, application.funded_place = schedule, False
        be_accepted(tx, application)
    else:
        application.decision = "accepting"
        changed(tx, application)
        body = {"schedule_identifier": schedule, "funded_place": request.funded_place}
        told = {name: value for name, value in body.items() if value is not None}
        owe(tx, application, "accept", told)
    return schemas.application_record(application)


def reject(tx: Transaction, request: RejectApplication) -> ApplicationRecord:
    """Owe DfE the rejection; one that DfE does not know is rejected at once."""
    application = queries.lock_application(tx, request.application_id)
    check_revision(application.revision, request.if_revision)
    check_undecided(tx, application)
    declared = queries.declarations_of(tx, [application.id])
    refuse_for(
        twin.check_reject(
            facts_of(
                application,
                funding=queries.funding_of(tx, application.cohort),
                declared=[state_at_dfe(made.state) for made in declared],
            )
        )
    )
    application.problem = None
    if application.dfe_application_id is None:
        be_rejected(tx, application, twin.REJECTED_BY_PROVIDER)
    else:
        application.decision = "rejecting"
        changed(tx, application)
        owe(tx, application, "reject", {})
    return schemas.application_record(application)


def change_funded_place(tx: Transaction, request: ChangeFundedPlace) -> ApplicationRecord:
    """Owe DfE the change; it is ours once DfE has taken it."""
    application = queries.lock_application(tx, request.application_id)
    check_revision(application.revision, request.if_revision)
    check_undecided(tx, application)
    if application.dfe_application_id is None:
        raise Refused("not_at_dfe", "DfE funds no place of an application that it does not know")
    declared = queries.declarations_of(tx, [application.id])
    refuse_for(
        twin.check_change_funded_place(
            facts_of(
                application,
                funding=queries.funding_of(tx, application.cohort),
                declared=[state_at_dfe(made.state) for made in declared],
            ),
            funded_place=request.funded_place,
        )
    )
    if application.funded_place == request.funded_place:
        return schemas.application_record(application)
    application.problem = None
    application.decision = "changing_funded_place"
    changed(tx, application)
    owe(tx, application, "change_funded_place", {"funded_place": request.funded_place})
    return schemas.application_record(application)


def check_undecided(tx: Transaction, application: Application) -> None:
    """Raises Refused while DfE has not answered the last decision."""
    pending = application.decision or queries.unanswered_decision(tx, application.id)
    if pending is not None:
        raise Refused("decision_pending", f"{pending}: DfE has not answered yet")
    if application.status == "removed":
        raise Refused("application_removed", "DfE no longer shows it")


def check_meant(tx: Transaction, application: Application) -> None:
    """Raises Refused where DfE would take what it is told for another application's."""
    if queries.overtaken(tx, [application]):
        raise Refused("not_the_latest", LATER_ONE)


def refuse_for(problems: list[Problem]) -> None:
    """Raises Refused with DfE's fields and messages, if there are any."""
    if not problems:
        return
    fields: dict[str, list[str]] = {}
    for problem in problems:
        fields.setdefault(problem.title, []).append(problem.detail)
    raise Refused("dfe_would_refuse", "", fields)


def _hold_place(tx: Transaction, application: Application, *, wait_if_full: bool) -> bool:
    """Hold a place, or wait for one; says whether it is held. Those on the waitlist come first."""
    try:
        if application.place == OFFERED:
            offers.check_open(tx, application)
            places.hold(tx, application)
        elif application.place != HELD:
            locked = queries.lock_quotas(tx, application)
            offers.check_turn(tx, application, locked)
            places.hold(tx, application, locked)
    except Refused:
        if not wait_if_full or application.place == OFFERED:
            raise
        joining.wait(tx, application)
        return False
    return True


def _check_acceptance(
    tx: Transaction,
    application: Application,
    rivals: list[Application],
    request: AcceptApplication,
) -> str:
    """The schedule of an acceptance that DfE would take; raises Refused with what it would say."""
    if application.course not in GROUPS:
        raise Refused("course_unknown", f"{application.course} is none of the courses known here")
    facts = facts_of(application, funding=queries.funding_of(tx, application.cohort))
    known = {schedule.identifier for schedule in schedules_of_cohort(application.cohort)}
    known |= {found.schedule for found in queries.schedules_of(tx, application.cohort)}
    in_utc = tx.at.date()  # as at DfE, whose day this is
    default = default_schedule(application.course, application.cohort, in_utc, known)
    at_dfe = application.dfe_application_id is not None
    refuse_for(
        twin.check_accept(
            facts,
            [as_rival(application, rival) for rival in rivals],
            funded_place=request.funded_place if at_dfe else False,
            schedule_identifier=request.schedule,
            cohort_schedules=known,
            default_schedule=default,
        )
    )
    return request.schedule or default or ""
