"""What leaves sessions: records and events from rows."""

from typing import Any
from uuid import UUID

from headship_contracts.sessions.attendance import AttendanceRecord
from headship_contracts.sessions.events import (
    AttendanceRecorded,
    ParticipantGrouped,
    ParticipantSeated,
    ParticipantUngrouped,
    ParticipantUnseated,
)
from headship_contracts.sessions.groups import CoachTerms, GroupRecord, HubOfferRecord, SlotCoach
from headship_contracts.sessions.schedule import SessionRecord
from sessions.models import (
    Attendance,
    Enrolment,
    Group,
    HubOffer,
    OfferedCoach,
    Seat,
    TrainingSession,
)


def hub_offer_record(offer: HubOffer, coaches: list[OfferedCoach]) -> HubOfferRecord:
    weekday, starts = offer.face_to_face_slot.split("-")
    return HubOfferRecord(
        delivery_partner_id=offer.delivery_partner_id,
        course=offer.course,
        cohort=offer.cohort,
        venue=offer.venue,
        venue_capacity=offer.venue_capacity,
        meeting_link=offer.meeting_link,
        face_to_face_weekday=weekday,
        face_to_face_starts=starts,
        coaches=[SlotCoach(slot=coach.slot, coach_staff_id=coach.staff_id) for coach in coaches],
        coach_terms=[
            CoachTerms(
                coach_staff_id=coach.staff_id,
                most_groups=coach.most_groups,
                provides=" ".join(coach.provides or ()),
            )
            for coach in {coach.staff_id: coach for coach in coaches}.values()
            if coach.most_groups is not None or coach.provides
        ],
        venue_place=offer.venue_place,
        venue_provides=offer.venue_provides or [],
    )


def group_record(group: Group, size: int) -> GroupRecord:
    return GroupRecord(
        group_id=group.group_id,
        course=group.course,
        cohort=group.cohort,
        delivery_partner_id=group.delivery_partner_id,
        number=group.number,
        slot=group.slot,
        coach_staff_id=group.coach_staff_id,
        size=size,
        formed_at=group.formed_at,
        ended_at=group.ended_at,
    )


def grouped(enrolment: Enrolment, group: Group) -> ParticipantGrouped:
    return ParticipantGrouped(
        revision=enrolment.place_revision,
        application_id=enrolment.application_id,
        participant_id=enrolment.participant_id,
        group_id=group.group_id,
        delivery_partner_id=group.delivery_partner_id,
        coach_staff_id=group.coach_staff_id,
        slot=group.slot,
    )


def ungrouped(enrolment: Enrolment, group: Group, reason: str) -> ParticipantUngrouped:
    return ParticipantUngrouped(
        revision=enrolment.place_revision,
        application_id=enrolment.application_id,
        participant_id=enrolment.participant_id,
        group_id=group.group_id,
        reason=reason,
    )


def session_record(
    session: TrainingSession, facilitator_staff_id: UUID | None = None
) -> SessionRecord:
    return SessionRecord(
        session_id=session.session_id,
        course=session.course,
        cohort=session.cohort,
        unit_code=session.unit_code,
        kind=session.kind,
        title=session.title,
        minutes=session.minutes,
        status=session.status,
        group_id=session.group_id,
        delivery_partner_id=session.delivery_partner_id,
        local_start=session.local_start,
        fold=session.fold,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        venue=session.venue,
        meeting_link=session.meeting_link,
        sequence=session.sequence,
        revision=session.revision,
        facilitator_staff_id=facilitator_staff_id,
        joining_details=session.joining_details,
        capacity=session.capacity,
        extra=session.is_extra,
    )


def session_state(session: TrainingSession) -> dict[str, Any]:
    """What every event about a session tells of it."""
    return {
        "revision": session.revision,
        "session_id": session.session_id,
        "kind": session.kind,
        "title": session.title,
        "group_id": session.group_id,
        "delivery_partner_id": session.delivery_partner_id,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "local_start": session.local_start,
        "venue": session.venue,
        "sequence": session.sequence,
    }


def seated(seat: Seat, enrolment: Enrolment) -> ParticipantSeated:
    return ParticipantSeated(
        revision=seat.revision,
        seat_id=seat.seat_id,
        application_id=seat.application_id,
        participant_id=enrolment.participant_id,
        session_id=seat.session_id,
    )


def unseated(seat: Seat, enrolment: Enrolment, reason: str) -> ParticipantUnseated:
    return ParticipantUnseated(
        revision=seat.revision,
        seat_id=seat.seat_id,
        application_id=seat.application_id,
        participant_id=enrolment.participant_id,
        session_id=seat.session_id,
        reason=reason,
    )


def attendance_record(attendance: Attendance) -> AttendanceRecord:
    return AttendanceRecord(
        attendance_id=attendance.attendance_id,
        session_id=attendance.session_id,
        application_id=attendance.application_id,
        status=attendance.status,
        minutes=attendance.minutes,
        counts=attendance.counts,
        revision=attendance.revision,
        via=attendance.via,
    )


def attendance_recorded(attendance: Attendance, enrolment: Enrolment) -> AttendanceRecorded:
    return AttendanceRecorded(
        revision=attendance.revision,
        attendance_id=attendance.attendance_id,
        application_id=attendance.application_id,
        participant_id=enrolment.participant_id,
        session_id=attendance.session_id,
        status=attendance.status,
        minutes=attendance.minutes,
    )
