"""Another schedule, perhaps in another cohort: checked by DfE's rules, then owed to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from enrolment import places, queries, schemas
from enrolment.applications.deciding import check_meant, check_undecided, refuse_for
from enrolment.applications.following import be_rescheduled, changed
from enrolment.domain import training as rules
from enrolment.domain.dfe import courses, messages
from enrolment.domain.dfe import participants as twin
from enrolment.domain.dfe.schedules import cohort_year, group_of_schedule, schedules_of_cohort
from enrolment.domain.revisions import check_revision
from enrolment.models import Application, Cohort, Contract
from enrolment.traffic.writes import owe
from enrolment.training import history
from headship_contracts.enrolment.applications import ApplicationRecord
from headship_contracts.enrolment.training import ChangeSchedule
from headship_contracts.errors import Refused
from kit import Transaction


@dataclass(frozen=True)
class _Chosen:
    cohort: str
    schedule: str
    funded_place: bool | None


def change_schedule(tx: Transaction, request: ChangeSchedule) -> ApplicationRecord:
    """Owe DfE the change. An enrolment that DfE does not know is changed at once.

    A place in another cohort is held from now on, and given back if DfE says no.
    """
    application = queries.lock_application(tx, request.application_id)
    check_revision(application.revision, request.if_revision)
    check_undecided(tx, application)
    if application.status != "accepted" or application.training_status is None:
        refuse_for([messages.NO_ACCEPTED_APPLICATION])
    check_meant(tx, application)
    cohort = request.cohort or application.cohort
    facts = _facts(tx, application)
    target = _target(tx, application, request.schedule, cohort)
    refuse_for(twin.check_change_schedule(facts, target))
    if target is None:
        raise Refused("schedule_not_found", request.schedule)
    if target.cohort != cohort:
        raise Refused("not_that_cohort", f"DfE takes {target.cohort} for the year of {cohort}")
    today = history.today(tx)
    effective_on = request.effective_on or today
    rules.check_effective(effective_on, earliest=history.earliest(application), today=today)
    if target.cohort != application.cohort:
        _check_alone(tx, application, target.cohort)
        places.reserve(tx, application, target.cohort)
    kept = {"effective_on": effective_on.isoformat(), "by": str(tx.caller)}
    if application.dfe_application_id is None:
        funded = twin.funded_place_on(facts, target)
        be_rescheduled(tx, application, _Chosen(target.cohort, target.schedule, funded), kept)
        return schemas.application_record(application)
    application.decision, application.problem = "rescheduling", None
    changed(tx, application)
    body = {
        "course_identifier": application.course,
        "schedule_identifier": target.schedule,
        "cohort": str(cohort_year(target.cohort)),
    }
    owe(tx, application, "change_schedule", body, **kept)
    return schemas.application_record(application)


def _check_alone(tx: Transaction, application: Application, cohort: str) -> None:
    """Raises Refused where the same person is enrolled in this course of that cohort already."""
    other = select(Application.id).where(
        Application.participant_id == application.participant_id,
        Application.course == application.course,
        Application.cohort == cohort,
        Application.status == "accepted",
        Application.training_status != "withdrawn",
    )
    found = tx.scalars(other.limit(1)).first()
    if found is not None:
        raise Refused("another_application_accepted", str(found))


def _facts(tx: Transaction, application: Application) -> twin.ScheduledFacts:
    declared: list[tuple[str, str, datetime]] = [
        (made.declaration_type, made.state, made.declaration_date)
        for made in queries.declarations_of(tx, [application.id])
        if made.dfe_declaration_id is not None or made.state == "ready"
    ]
    return twin.ScheduledFacts(
        training_status=application.training_status or "active",
        cohort=application.cohort,
        cohort_funding=queries.funding_of(tx, application.cohort),
        schedule=application.schedule,
        eligible_for_funding=application.eligible_for_funding,
        funded_place=application.funded_place,
        declarations=[(kind, _at_dfe(state), at) for kind, state, at in declared],
    )


def _at_dfe(state: str) -> str:
    """One that is on its way will stand there."""
    return "submitted" if state == "ready" else state


def _target(
    tx: Transaction, application: Application, schedule: str, cohort: str
) -> twin.ScheduleTarget | None:
    """The schedule in the latest cohort of the year that has it, as DfE looks for it."""
    year = cohort[:4]
    known = tx.scalars(select(Cohort).where(Cohort.cohort.startswith(year))).all()
    for candidate in sorted(known, key=lambda found: found.cohort, reverse=True):
        usual = {s.identifier: s for s in schedules_of_cohort(candidate.cohort)}
        ours = {s.schedule: s for s in queries.schedules_of(tx, candidate.cohort)}
        if schedule not in usual and schedule not in ours:
            continue
        if schedule in ours:
            starts_on = ours[schedule].starts_on
            types = [m["declaration_type"] for m in ours[schedule].milestones]
        else:
            starts_on = usual[schedule].applies_from
            types = list(usual[schedule].allowed_declaration_types)
        return twin.ScheduleTarget(
            cohort=candidate.cohort,
            cohort_funding=candidate.funding,
            schedule=schedule,
            applies_from=starts_on,
            allowed_declaration_types=types,
            course_group_matches=(
                group_of_schedule(schedule) == courses.GROUPS.get(application.course)
            ),
            has_contract=_has_contract(tx, candidate.cohort, application.course),
        )
    return None


def _has_contract(tx: Transaction, cohort: str, course: str) -> bool:
    """Whether DfE has a contract with us, as far as contracts of the cohort are kept here."""
    kept = set(tx.scalars(select(Contract.course).where(Contract.cohort == cohort)))
    return not kept or course in kept
