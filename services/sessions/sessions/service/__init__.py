"""Every way into sessions, a file for each noun; the stories are told in `sessions/<noun>.py`."""

from kit import Ask, Config, Database
from sessions.service import attendance, calendar, engagement, groups, plans, told
from sessions.settings import SessionsSettings


class SessionsService(
    plans.Plans,
    groups.Groups,
    calendar.Calendar,
    attendance.Attendance,
    engagement.Engagement,
    told.Told,
):
    """Plans, groups, sessions, attendance and engagement."""

    name = "sessions"
    db = Database()
    settings = Config(SessionsSettings)
    ask = Ask()
