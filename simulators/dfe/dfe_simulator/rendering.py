"""Records as DfE's API shows them: `{"id", "type", "attributes"}`, times to the second.

Where DfE's code and its OpenAPI document differ, this does as the code does: states of declarations
with hyphens, `has_passed` a boolean, the cohorts of a delivery partner integers.
"""

from calendar import month_name

from dfe_simulator.answers import Json
from dfe_simulator.records import (
    Application,
    Declaration,
    DeliveryPartner,
    OutcomeRecord,
    Person,
    Setting,
    StateChange,
    StatementRecord,
)
from dfe_simulator.world import World
from enrolment.domain.dfe.declarations import rfc3339
from enrolment.domain.dfe.schedules import cohort_suffix, cohort_year

AT_SCHOOL = Setting("a_school")


def application(world: World, record: Application) -> Json:
    """An `npq_application`."""
    person = world.people[record.participant_id]
    view = world.funding_of(record)
    school, setting = record.school, record.setting or AT_SCHOOL
    senco_since = record.senco_start_date
    attributes = {
        "course_identifier": record.course,
        "email": person.email,
        "email_validated": True,
        "employer_name": setting.employer_name,
        "employment_role": record.employment_role,
        "full_name": person.full_name,
        "funding_choice": record.funding_choice,
        "headteacher_status": record.headteacher_status,
        "ineligible_for_funding_reason": view.ineligible_for_funding_reason,
        "participant_id": record.participant_id,
        "private_childcare_provider_urn": setting.private_childcare_provider_urn,
        "teacher_reference_number": person.trn if person.trn_verified else None,
        "teacher_reference_number_validated": person.trn_verified,
        "school_urn": school.urn if school else None,
        "school_ukprn": school.ukprn if school else None,
        "status": record.status,
        "reason_for_rejection": record.reason_for_rejection,
        "works_in_school": school is not None,
        "cohort": str(cohort_year(record.cohort)),
        "cohort_suffix": cohort_suffix(record.cohort),
        "eligible_for_funding": view.eligible_for_funding,
        "targeted_delivery_funding_eligibility": record.targeted_delivery_funding,
        "teacher_catchment": setting.country_code == "GBR",
        "teacher_catchment_country": setting.country,
        "teacher_catchment_iso_country_code": setting.country_code,
        "itt_provider": setting.itt_provider,
        "lead_mentor": setting.lead_mentor,
        "funded_place": record.funded_place,
        "created_at": rfc3339(record.created_at),
        "updated_at": rfc3339(max(record.updated_at, person.updated_at)),
        "schedule_identifier": record.schedule.identifier if record.schedule else None,
        "works_as_senco": record.works_as_senco,
        "senco_start_date": senco_since.isoformat() if senco_since else None,
    }
    return {"id": record.application_id, "type": "npq_application", "attributes": attributes}


def participant(world: World, person: Person, lead_provider: str) -> Json:
    """An `npq-participant`, with the caller's accepted applications only."""
    theirs = world.applications_of(person.participant_id)
    changes = [
        {
            "from_participant_id": change.from_participant_id,
            "to_participant_id": change.to_participant_id,
            "changed_at": rfc3339(change.changed_at),
        }
        for change in person.id_changes
    ]
    attributes = {
        "full_name": person.full_name,
        "previous_names": person.previous_names,
        "teacher_reference_number": person.trn if person.trn_verified else None,
        "updated_at": rfc3339(max([person.updated_at, *(r.updated_at for r in theirs)])),
        "npq_enrolments": [
            _enrolment(person, record)
            for record in theirs
            if record.status == "accepted" and record.lead_provider == lead_provider
        ],
        "participant_id_changes": changes,
    }
    return {"id": person.participant_id, "type": "npq-participant", "attributes": attributes}


def _enrolment(person: Person, record: Application) -> Json:
    accepted_at = record.accepted_at or record.updated_at
    return {
        "email": person.email,
        "course_identifier": record.course,
        "schedule_identifier": record.schedule.identifier if record.schedule else None,
        "cohort": str(cohort_year(record.cohort)),
        "cohort_suffix": cohort_suffix(record.cohort),
        "npq_application_id": record.application_id,
        "eligible_for_funding": record.eligible_for_funding,  # the stored flag, unlike above
        "training_status": record.training_status,
        "school_urn": record.school.urn if record.school else None,
        "targeted_delivery_funding_eligibility": record.targeted_delivery_funding,
        "withdrawal": _change(record, "withdrawn"),
        "deferral": _change(record, "deferred"),
        "created_at": rfc3339(accepted_at),
        "funded_place": record.funded_place,
    }


def _change(record: Application, state: str) -> Json | None:
    change: StateChange | None = record.latest(state)
    if record.training_status != state or change is None:
        return None
    return {"reason": change.reason, "date": rfc3339(change.at)}


def declaration(world: World, record: Declaration) -> Json:
    """A `participant-declaration`."""
    application_record = world.applications[record.application_id]
    outcomes = world.outcomes_of(record.declaration_id)
    first = world.delivery_partners.get(record.delivery_partner_id or "")
    second = world.delivery_partners.get(record.secondary_delivery_partner_id or "")
    has_passed = {"passed": True, "failed": False}.get(outcomes[-1].state) if outcomes else None
    attributes = {
        "participant_id": application_record.participant_id,
        "declaration_type": record.declaration_type,
        "course_identifier": application_record.course,
        "declaration_date": rfc3339(record.declared_at),
        "state": record.state.replace("_", "-"),
        "has_passed": has_passed,
        "delivery_partner_id": record.delivery_partner_id,
        "delivery_partner_name": first.name if first else None,
        "secondary_delivery_partner_id": record.secondary_delivery_partner_id,
        "secondary_delivery_partner_name": second.name if second else None,
        "statement_id": record.billed_on,
        "application_id": record.application_id,
        "clawback_statement_id": record.clawback_statement_id,
        "uplift_paid": False,
        "lead_provider_name": record.lead_provider,
        "ineligible_for_funding_reason": None,
        "created_at": rfc3339(record.created_at),
        "updated_at": rfc3339(record.updated_at),
    }
    return {
        "id": record.declaration_id,
        "type": "participant-declaration",
        "attributes": attributes,
    }


def outcome(world: World, record: OutcomeRecord) -> Json:
    """A `participant-outcome`."""
    application_id = world.declarations[record.declaration_id].application_id
    attributes = {
        "state": record.state,
        "completion_date": f"{record.completion_date}T00:00:00+00:00",  # a date, as Ruby prints it
        "course_identifier": world.applications[application_id].course,
        "participant_id": world.applications[application_id].participant_id,
        "created_at": rfc3339(record.created_at),
        "updated_at": rfc3339(record.created_at),
    }
    return {"id": record.outcome_id, "type": "participant-outcome", "attributes": attributes}


def delivery_partner(record: DeliveryPartner, lead_provider: str) -> Json:
    """A `delivery-partner`, with the years in which it works with the caller."""
    years = {cohort_year(cohort) for cohort in record.cohorts.get(lead_provider, ())}
    attributes = {
        "name": record.name,
        "cohort": sorted(years),
        "created_at": rfc3339(record.created_at),
        "updated_at": rfc3339(record.created_at),
    }
    return {
        "id": record.delivery_partner_id,
        "type": "delivery-partner",
        "attributes": attributes,
    }


def statement(record: StatementRecord) -> Json:
    """A `statement`: dates only, DfE's API tells no amounts."""
    attributes = {
        "month": month_name[record.month],
        "year": str(record.year),
        "cohort": str(cohort_year(record.cohort)),
        "cut_off_date": record.deadline_on.isoformat(),
        "payment_date": record.paid_on.isoformat(),
        "paid": record.state == "paid",
        "created_at": rfc3339(record.created_at),
        "updated_at": rfc3339(record.updated_at),
    }
    return {"id": record.statement_id, "type": "statement", "attributes": attributes}
