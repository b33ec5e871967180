"""The endpoints under `npq-applications`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dfe_simulator import rendering
from dfe_simulator.asking import Asking, Columns, text_or_none
from dfe_simulator.errors import Missing, refuse_if
from dfe_simulator.records import Application, Setting, StateChange
from dfe_simulator.world import World
from enrolment.domain.dfe import applications as rules
from enrolment.domain.dfe.courses import GROUPS, same_course
from enrolment.domain.dfe.schedules import cohort_year, default_schedule


def _setting(record: Application) -> Setting:
    return record.setting or rendering.AT_SCHOOL


COLUMNS: Columns = {
    "id": lambda record: record.created_at,  # numbers, in the order of creation
    "ecf_id": lambda record: record.application_id,
    "created_at": lambda record: record.created_at,
    "updated_at": lambda record: record.updated_at,
    "accepted_at": lambda record: record.accepted_at,
    "lead_provider_approval_status": lambda record: record.status,
    "reason_for_rejection": lambda record: record.reason_for_rejection,
    "training_status": lambda record: record.training_status,
    "eligible_for_funding": lambda record: record.eligible_for_funding,
    "funded_place": lambda record: record.funded_place,
    "funding_choice": lambda record: record.funding_choice,
    "headteacher_status": lambda record: record.headteacher_status,
    "employment_role": lambda record: record.employment_role,
    "employer_name": lambda record: record.setting.employer_name if record.setting else None,
    "funding_eligiblity_status_code": lambda record: record.status_code,  # sic
    "senco_start_date": lambda record: record.senco_start_date,
    "targeted_delivery_funding_eligibility": lambda record: record.targeted_delivery_funding,
    "works_in_school": lambda record: record.school is not None,
    "ukprn": lambda record: record.school.ukprn if record.school else None,
    "private_childcare_provider_urn": lambda record: (
        _setting(record).private_childcare_provider_urn
    ),
    "teacher_catchment_country": lambda record: _setting(record).country,
    "teacher_catchment_iso_country_code": lambda record: _setting(record).country_code,
    "lead_mentor": lambda record: _setting(record).lead_mentor,
    "employment_type": lambda record: _setting(record).employment_type,
    "course_id": lambda record: list(GROUPS).index(record.course),
    "cohort_id": lambda record: record.cohort,
}
"""The columns of DfE's table that a provider can tell by what it sees."""


def list_applications(asking: Asking) -> list[Any]:
    """Those of the caller that match every filter, oldest first unless sorted."""
    world, lead_provider = asking.world, asking.lead_provider
    since, years = asking.instant("updated_since"), asking.years()
    participant_ids = asking.participant_ids()
    candidates = world.applications.in_order()
    if participant_ids is not None:
        theirs = [r for one in participant_ids for r in world.applications_of(one)]
        candidates = sorted(theirs, key=lambda record: record.created_at)
    found = (
        record
        for record in candidates
        if record.lead_provider == lead_provider
        and (years is None or str(cohort_year(record.cohort)) in years)
        and (since is None or _changed_at(world, record) >= since)
    )
    page = asking.page_of(asking.sorted_by(found, COLUMNS))
    return [rendering.application(world, record) for record in page]


def _changed_at(world: World, record: Application) -> datetime:
    return max(record.updated_at, world.people[record.participant_id].updated_at)


def one_application(asking: Asking, application_id: str) -> Any:
    """One of the caller's."""
    return rendering.application(asking.world, _found(asking, application_id))


def _found(asking: Asking, application_id: str) -> Application:
    record = asking.world.applications.get(application_id)
    if record is None or record.lead_provider != asking.lead_provider:
        raise Missing
    return record


def _facts(world: World, record: Application) -> rules.ApplicationFacts:
    declared = world.declarations_of(record.application_id)
    return rules.ApplicationFacts(
        status=record.status,
        course=record.course,
        cohort=record.cohort,
        cohort_funding=world.cohorts[record.cohort],
        eligible_for_funding=record.eligible_for_funding,
        funded_place=record.funded_place,
        declaration_states=[declaration.state for declaration in declared],
    )


def _rivals(world: World, record: Application) -> Sequence[rules.RivalApplication]:
    person = world.people[record.participant_id]
    accounts = [(person, True)]
    if person.trn_verified:
        accounts += [(other, False) for other in world.same_trn(person)]
    return [
        rules.RivalApplication(
            application_id=other.application_id,
            course=other.course,
            cohort=other.cohort,
            status=other.status,
            training_status=other.training_status,
            same_account=same_account,
        )
        for account, same_account in accounts
        for other in world.applications_of(account.participant_id)
        if other is not record
    ]


def accept(asking: Asking, application_id: str) -> Any:
    """Accept one; the same person's others for its course and cohort are rejected."""
    world, record = asking.world, _found(asking, application_id)
    attributes = asking.permitted("funded_place", "schedule_identifier")
    funded_place = attributes.get("funded_place")
    schedules = world.schedules(record.cohort)
    named = text_or_none(attributes.get("schedule_identifier"))
    if named is not None and not named.strip():
        named = None  # a blank one counts as none
    fallback = default_schedule(record.course, record.cohort, asking.at.date(), schedules)
    facts, rivals = _facts(world, record), _rivals(world, record)
    refuse_if(
        rules.check_accept(
            facts,
            rivals,
            funded_place=funded_place,
            schedule_identifier=named,
            cohort_schedules=schedules,
            default_schedule=fallback,
        )
    )
    record.accepted_at, record.training_status = asking.at, "active"
    record.history.append(StateChange("active", None, asking.at, record.lead_provider))
    record.schedule = schedules[named or fallback or ""]
    record.funded_place = rules.funded_place_once_accepted(facts, funded_place)
    decide(world, record, "accepted", None, asking.at)
    for rival_id in rules.displaced_by_acceptance(facts, rivals):
        rival = world.applications[rival_id]
        decide(world, rival, "rejected", rules.REJECTED_FOR_ANOTHER, asking.at)
    person = world.people[record.participant_id]
    if person.trn is None:
        world.allocate_trn(person, asking.at)  # at DfE it may come later
    return rendering.application(world, record)


def decide(
    world: World, record: Application, status: str, reason: str | None, at: datetime
) -> None:
    """Another status. Their person counts as changed with it, and so all of their applications."""
    record.status, record.reason_for_rejection, record.updated_at = status, reason, at
    world.people[record.participant_id].updated_at = at


def reject(asking: Asking, application_id: str) -> Any:
    """Reject one, for good."""
    record = _found(asking, application_id)
    refuse_if(rules.check_reject(_facts(asking.world, record)))
    decide(asking.world, record, "rejected", rules.REJECTED_BY_PROVIDER, asking.at)
    return rendering.application(asking.world, record)


def change_funded_place(asking: Asking, application_id: str) -> Any:
    """Set whether DfE pays for the place."""
    record = _found(asking, application_id)
    funded_place = asking.permitted("funded_place").get("funded_place")
    facts = _facts(asking.world, record)
    refuse_if(rules.check_change_funded_place(facts, funded_place=funded_place))
    record.funded_place, record.updated_at = bool(funded_place), asking.at
    return rendering.application(asking.world, record)


def latest_accepted(
    world: World,
    participant_id: str,
    course: str | None,
    lead_provider: str,
    *,
    or_rebranded: bool = False,
) -> Application | None:
    """The provider's latest accepted application of a participant for a course. For declarations
    the coaching offer and what it replaced are one course.
    """
    if course not in GROUPS:
        return None
    return next(
        (
            record
            for record in reversed(world.applications_of(participant_id))
            if record.status == "accepted"
            and record.lead_provider == lead_provider
            and (record.course == course or (or_rebranded and same_course(record.course, course)))
        ),
        None,
    )
