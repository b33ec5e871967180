"""What leaves sessions of how far people have engaged: records and events from rows."""

from typing import Any

from headship_contracts.sessions.engagement import EngagementRecord
from headship_contracts.sessions.events import (
    AssessmentReady,
    AssessmentReadyWithdrawn,
    EngagementAtRisk,
    EngagementChanged,
)
from sessions.domain.engagement import Engagement, Gate, GateReading, Reading
from sessions.models import EngagementRow, Enrolment


def minutes_of(row: EngagementRow) -> dict[str, Any]:
    """The readings, as record and event name them."""
    return {
        "first_engaged_on": row.first_on,
        "last_engaged_on": row.last_on,
        "live_attended_minutes": row.live_attended,
        "live_planned_minutes": row.live_planned,
        "study_attended_minutes": row.study_attended,
        "study_planned_minutes": row.study_planned,
        "attended_minutes": row.live_attended + row.study_attended,
        "planned_minutes": row.live_planned + row.study_planned,
    }


def engagement_changed(row: EngagementRow, enrolment: Enrolment) -> EngagementChanged:
    return EngagementChanged(
        revision=row.revision,
        application_id=row.application_id,
        participant_id=enrolment.participant_id,
        **minutes_of(row),
    )


def engagement_at_risk(row: EngagementRow, enrolment: Enrolment, reason: str) -> EngagementAtRisk:
    return EngagementAtRisk(
        revision=row.revision,
        application_id=row.application_id,
        participant_id=enrolment.participant_id,
        missable=row.missable,
        reason=reason,
    )


def assessment_ready(row: EngagementRow, enrolment: Enrolment) -> AssessmentReady:
    return AssessmentReady(
        revision=row.revision,
        application_id=row.application_id,
        participant_id=enrolment.participant_id,
        course=enrolment.course,
        cohort=enrolment.cohort,
        gate_version=row.gate,
    )


def assessment_ready_withdrawn(
    row: EngagementRow, enrolment: Enrolment
) -> AssessmentReadyWithdrawn:
    return AssessmentReadyWithdrawn(
        revision=row.revision,
        application_id=row.application_id,
        participant_id=enrolment.participant_id,
        gate_version=row.gate,
    )


def engagement_record(row: EngagementRow, enrolment: Enrolment) -> EngagementRecord:
    live = Reading(row.live_attended, row.live_planned)
    study = Reading(row.study_attended, row.study_planned)
    found = Engagement(live, study, row.first_on, row.last_on)
    gate = Gate.of_version(row.gate)
    return EngagementRecord(
        application_id=row.application_id,
        participant_id=enrolment.participant_id,
        course=enrolment.course,
        cohort=enrolment.cohort,
        missable=row.missable,
        gate=row.gate,
        gate_met=row.gate_met,
        ready=row.ready,
        risk=row.risk,
        revision=row.revision,
        live_percent=live.percent,
        study_percent=study.percent,
        overall_percent=found.overall.percent,
        per_component_met=gate.by(GateReading.per_component).is_met(found),
        overall_met=gate.by(GateReading.overall).is_met(found),
        missable_per_component=row.missable_per_component,
        missable_overall=row.missable_overall,
        **minutes_of(row),
    )
