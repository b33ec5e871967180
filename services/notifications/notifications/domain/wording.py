"""How times, courses and codes are said to people. Times are London's wall time, GOV.UK's style."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

COURSES = {
    "npq-headship": "NPQ for Headship",
    "npq-senior-leadership": "NPQ for Senior Leadership",
    "npq-executive-leadership": "NPQ for Executive Leadership",
    "npq-early-years-leadership": "NPQ for Early Years Leadership",
    "npq-senco": "NPQ for SENCOs",
    "npq-leading-teaching": "NPQ for Leading Teaching",
    "npq-leading-teaching-development": "NPQ for Leading Teacher Development",
    "npq-leading-behaviour-culture": "NPQ for Leading Behaviour and Culture",
    "npq-leading-literacy": "NPQ for Leading Literacy",
    "npq-leading-primary-mathematics": "NPQ for Leading Primary Mathematics",
    "npq-early-headship-coaching-offer": "Early Headship Coaching Offer",
    "npq-additional-support-offer": "Additional Support Offer",
}

SESSION_KINDS = {
    "webinar": "webinar",
    "coaching": "coaching session",
    "face_to_face": "face-to-face session",
}

WEEKDAYS = {
    "mon": "Mondays",
    "tue": "Tuesdays",
    "wed": "Wednesdays",
    "thu": "Thursdays",
    "fri": "Fridays",
}


def course_name(identifier: str) -> str:
    """`npq-headship` is said `NPQ for Headship`; an unknown course keeps its identifier."""
    return COURSES.get(identifier, identifier)


def day(on: date) -> str:
    """`Tuesday 3 November 2026`."""
    return f"{on:%A} {on.day} {on:%B %Y}"


def moment(at: datetime) -> str:
    """`Tuesday 3 November 2026 at 4pm`, in London."""
    local = at.astimezone(LONDON)
    return f"{day(local.date())} at {clock(local)}"


def clock(local: datetime) -> str:
    """`4pm`, `4:30pm`, `midday`, `11:59pm`."""
    if (local.hour, local.minute) in ((0, 0), (12, 0)):
        return "midday" if local.hour else "midnight"
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{hour}:{local.minute:02}{half}" if local.minute else f"{hour}{half}"


def wall_moment(local_start: str) -> str:
    """The same for a wall time as sessions tells it: `2026-11-03T16:00`."""
    local = datetime.fromisoformat(local_start).replace(tzinfo=LONDON)
    return f"{day(local.date())} at {clock(local)}"


def session_kind(kind: str) -> str:
    """`face_to_face` is said `face-to-face session`."""
    return SESSION_KINDS.get(kind, kind.replace("_", " "))


def slot_in_words(slot: str) -> str:
    """`tue-16:00` is said `Tuesdays at 4pm`; what is no such slot is said as it is."""
    weekday, _, told = slot.partition("-")
    if weekday not in WEEKDAYS:
        return slot
    try:
        at = datetime.strptime(told, "%H:%M").replace(tzinfo=LONDON)
    except ValueError:
        return slot
    return f"{WEEKDAYS[weekday]} at {clock(at)}"


def plainly(code: str) -> str:
    """A code in words: `too_many_words` is said `too many words`."""
    return code.replace("_", " ")
