"""All that sessions holds about people: ids, facts, and what they wrote; no names."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, exists, or_, select

from kit import Transaction
from kit.personal.ending import as_revision, in_batches, staff_who_left, unheard_since
from kit.personal.holdings import Custody, Holding, Subject, hanging_on, of_applications, of_people
from sessions.models import (
    AssessmentWindow,
    Attendance,
    AttendanceChange,
    Availability,
    CalendarToken,
    CatchUp,
    CheckIn,
    CheckInLink,
    CheckInScreen,
    EngagementRow,
    Enrolment,
    Facilitation,
    Group,
    GroupStudy,
    Membership,
    OfferedCoach,
    Pathway,
    PathwayVersion,
    PlaceProposal,
    ProgrammeEnd,
    Seat,
    SeatWait,
    SelfRating,
    StaffMember,
    StudyCorrection,
    StudyProgress,
    StudyStatement,
    TaskComment,
    TaskReport,
    TrainingSession,
    VenuePlace,
    VoidedStatement,
)

_KEY = "whoever has it could use it in your stead"
_attended = of_applications(Attendance.application_id)


def _of_participant(model: Any, title: str, kind: str, **told: Any) -> Holding:
    """A table whose rows belong to an application."""
    of = of_applications(model.application_id)
    return Holding(model=model, title=title, kind=kind, of=of, **told)


HOLDINGS: Final = (
    Holding(
        model=CatchUp,
        title="What you wrote about a session that you missed",
        kind="reflections",
        of=hanging_on(CatchUp.attendance_id, Attendance.attendance_id, _attended),
    ),
    _of_participant(TaskReport, "What you did in your school", "reflections"),
    _of_participant(TaskComment, "What your coach said of it", "reflections"),
    _of_participant(SelfRating, "How you rated yourself", "reflections"),
    _of_participant(PathwayVersion, "Your own plan as it was", "reflections"),
    _of_participant(Pathway, "Your own plan", "reflections"),
    _of_participant(Availability, "When you can come, and what you need", "access"),
    Holding(
        model=CalendarToken,
        title="Addresses of your calendar",
        kind="access",
        of=lambda subject: or_(
            CalendarToken.application_id.in_(subject.application_ids),
            CalendarToken.staff_id.in_(subject.person_ids),
        ),
        withheld={"token": _KEY},
    ),
    _of_participant(CheckInLink, "Your links to check in", "access", withheld={"token": _KEY}),
    Holding(
        model=AttendanceChange,
        title="Comments in the history of your attendance",
        kind="reflections",
        of=hanging_on(AttendanceChange.attendance_id, Attendance.attendance_id, _attended),
        blanked={"comment": None},
    ),
    _of_participant(
        Attendance,
        "Comments on your attendance",
        "reflections",
        blanked={"comment": None},
    ),
    Holding(
        model=AttendanceChange,
        title="The history of your attendance",
        kind="attendance",
        of=hanging_on(AttendanceChange.attendance_id, Attendance.attendance_id, _attended),
    ),
    _of_participant(Attendance, "Your attendance", "attendance"),
    _of_participant(CheckIn, "When you checked in", "attendance"),
    _of_participant(StudyStatement, "What learning platforms told of you", "attendance"),
    _of_participant(StudyCorrection, "What was put right of your study", "attendance"),
    _of_participant(StudyProgress, "Your study on your own", "attendance"),
    _of_participant(EngagementRow, "How far you have engaged", "attendance"),
    _of_participant(SeatWait, "Seats that you waited for", "attendance"),
    _of_participant(Seat, "Your seats", "attendance"),
    _of_participant(PlaceProposal, "Groups that you were to move to", "attendance"),
    _of_participant(Membership, "Your groups", "attendance"),
    _of_participant(AssessmentWindow, "When you sit your assessment", "attendance"),
    _of_participant(VenuePlace, "Where your days in person are", "attendance"),
    _of_participant(ProgrammeEnd, "How your programme ended", "attendance"),
    _of_participant(
        Enrolment,
        "Your place in the programme",
        "attendance",
        blanked={"school_urn": None, "trust_id": None, "local_authority": None},
    ),
    Holding(
        model=Facilitation,
        title="Sessions that you lead",
        kind="staff",
        of=of_people(Facilitation.staff_id),
        blanked={},  # an id, until enrolment has forgotten whose; the same holds for what follows
    ),
    Holding(
        model=TrainingSession,
        title="Sessions in which you stand in",
        kind="staff",
        of=of_people(TrainingSession.facilitator_staff_id),
        blanked={},
    ),
    Holding(
        model=Group,
        title="Groups that you coach",
        kind="staff",
        of=of_people(Group.coach_staff_id),
        blanked={},
    ),
    Holding(
        model=OfferedCoach,
        title="When you can coach",
        kind="staff",
        of=of_people(OfferedCoach.staff_id),
    ),
    Holding(
        model=StaffMember,
        title="Your roles",
        kind="staff",
        of=of_people(StaffMember.staff_id),
        blanked={"school_urn": None, "trust_id": None},
    ),
)


def ended_before(tx: Transaction, before: datetime) -> Iterator[Subject]:
    """By the day of the result, by when enrolment told that it was over, or because it has told
    nothing for too long: a revision is the microsecond of a change."""
    revision = as_revision(before)
    over = or_(
        exists().where(
            ProgrammeEnd.application_id == Enrolment.application_id,
            ProgrammeEnd.state == "passed",
            ProgrammeEnd.completion_date < before.date(),
        ),
        and_(
            or_(
                Enrolment.status.in_(("rejected", "removed")),
                Enrolment.training_status == "withdrawn",
            ),
            Enrolment.revision < revision,
        ),
        Enrolment.revision < unheard_since(before),
    )
    wanted = select(Enrolment.application_id).where(over)
    for rows in in_batches(tx, wanted, Enrolment.application_id):
        yield Subject(application_ids=tuple(row.application_id for row in rows))
    yield from staff_who_left(tx, StaffMember, StaffMember.staff_id, before)


CUSTODY: Final = Custody(
    service="sessions",
    holdings=HOLDINGS,
    elsewhere={
        CheckInScreen: "the codes of a session are nobody's",
        GroupStudy: "the weeks of a group, whoever is in it",
        VoidedStatement: "an id of a learning platform's, which tells of nobody",
    },
    ended_before=ended_before,
    ending="attendance",
    applications=(Enrolment.application_id, Enrolment.participant_id),
)
