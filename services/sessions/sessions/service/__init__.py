"""Every way into sessions, a file for each noun; the stories are told in `sessions/<noun>.py`."""

from headship_contracts.enrolment.people import People
from kit import Ask, Config, Database, Figures
from sessions.figures import read
from sessions.service import (
    attendance,
    calendar,
    check_in,
    engagement,
    groups,
    hubs,
    pathways,
    plans,
    programme,
    protection,
    seats,
    told,
)
from sessions.settings import SessionsSettings


class SessionsService(
    programme.Programme,
    plans.Plans,
    groups.Groups,
    calendar.Calendar,
    seats.Seats,
    attendance.Attendance,
    check_in.CheckIn,
    pathways.Pathways,
    engagement.Engagement,
    hubs.Hubs,
    told.Told,
    protection.Protection,
):
    """Plans, groups, sessions, attendance and engagement."""

    name = "sessions"
    db = Database()
    settings = Config(SessionsSettings)
    ask = Ask(People)
    figures = Figures(read)
