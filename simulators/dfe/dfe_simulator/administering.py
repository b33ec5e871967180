"""What DfE's administrators do to an application.

Source: `app/services/applications/*.rb`, each in the file that is named.
"""

from dfe_simulator.changing import Change
from dfe_simulator.records import Application, StateChange
from dfe_simulator.world import World
from enrolment.domain.dfe.participants import DEFERRAL_REASONS, WITHDRAWAL_REASONS

REVERTABLE_STATES = frozenset({"voided", "ineligible", "awaiting_clawback", "clawed_back"})
"""Of declarations: with any other, an application does not become pending again."""


def may_revert(world: World, record: Application) -> bool:
    """Whether nothing that was declared stands in the way."""
    declared = world.declarations_of(record.application_id)
    return record.status != "pending" and all(d.state in REVERTABLE_STATES for d in declared)


def revert(change: Change) -> None:
    """Pending again: what DfE leaves of the acceptance is its date, schedule and training status.

    Source: `revert_to_pending.rb`.
    """
    record = change.application
    if not may_revert(change.world, record):
        raise ValueError("it is pending, or has declarations that stand in the way")
    record.status, record.reason_for_rejection = "pending", None
    record.funded_place, record.updated_at = None, change.at
    record.history.clear()
    change.world.people[record.participant_id].updated_at = change.at


def may_change_funding(world: World, record: Application) -> bool:
    """Whether its eligibility can be the other way round."""
    if not record.eligible_for_funding:
        return True
    return not record.funded_place and not world.live_declarations(record)


def change_funding(change: Change) -> None:
    """Eligible, or not any more, by an administrator's decision.

    Source: `change_funding_eligibility.rb`.
    """
    record = change.application
    if not may_change_funding(change.world, record):
        raise ValueError("its place is funded, or it has declarations")
    eligible = bool(change.order.get("eligible", not record.eligible_for_funding))
    record.eligible_for_funding, record.updated_at = eligible, change.at
    record.status_code = "marked_funded_by_policy" if eligible else "marked_ineligible_by_policy"


def change_cohort(change: Change) -> None:
    """To another cohort with the same kind of funding, if nothing but voided is declared.

    Source: `change_cohort.rb`.
    """
    record, world = change.application, change.world
    cohort = str(change.order["cohort"])
    if cohort == record.cohort or cohort not in world.cohorts:
        raise ValueError(f"there is no other cohort {cohort}")
    if world.cohorts[cohort] != world.cohorts[record.cohort]:
        raise ValueError("the cohorts are funded differently")
    if any(made.state != "voided" for made in world.declarations_of(record.application_id)):
        raise ValueError("it has declarations")
    if record.schedule is not None:
        schedules = world.schedules(cohort)
        if record.schedule.identifier not in schedules:
            raise ValueError("the cohort does not have its schedule")
        record.schedule = schedules[record.schedule.identifier]
    record.cohort, record.updated_at = cohort, change.at


def change_training(change: Change) -> None:
    """Deferred, withdrawn or active, for a participant who asked DfE and not the provider.

    Source: `change_training_status.rb`.
    """
    record, status = change.application, change.order["training_status"]
    reasons = {"deferred": DEFERRAL_REASONS, "withdrawn": WITHDRAWAL_REASONS, "active": (None,)}
    reason = change.order.get("reason")
    if status not in reasons or reason not in reasons[status]:
        raise ValueError("training_status and reason are not DfE's")
    declared = change.world.declarations_of(record.application_id)
    if record.status != "accepted" or (status != "active" and not declared):
        raise ValueError("it is not accepted, or has no declarations")
    if status == "withdrawn" and all(made.declaration_type != "started" for made in declared):
        raise ValueError("it has no started declaration")
    if status != record.training_status:
        record.training_status, record.updated_at = status, change.at
        record.history.append(StateChange(status, reason, change.at, record.lead_provider))
