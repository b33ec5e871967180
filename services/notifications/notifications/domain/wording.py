"""How dates, times and codes are said to people: GOV.UK's style, London's time; also in Welsh."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from notifications.domain.values import Value

LONDON = ZoneInfo("Europe/London")
ENGLISH, WELSH = "en", "cy"


def languages_for(tag: str) -> list[str]:
    """The languages to look for a wording in, best first (RFC 4647, lookup): `cy-GB`, then `cy`,
    then English, which every template has.
    """
    parts = tag.lower().split("-")
    found = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return found if ENGLISH in found else [*found, ENGLISH]


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
    ENGLISH: {
        "webinar": "webinar",
        "coaching": "coaching session",
        "face_to_face": "face-to-face session",
    },
    WELSH: {
        "webinar": "gweminar",
        "coaching": "sesiwn hyfforddi",
        "face_to_face": "sesiwn wyneb yn wyneb",
    },
}

CHOICE = {
    ENGLISH: "Choose which of these messages you get",
    WELSH: "Dewiswch pa rai o'r negeseuon hyn yr hoffech eu cael",
}
"""What leads to the page where somebody can turn a topic off."""

WEEKDAYS = {
    "mon": "Mondays",
    "tue": "Tuesdays",
    "wed": "Wednesdays",
    "thu": "Thursdays",
    "fri": "Fridays",
}

_WELSH_DAYS = ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul")
_WELSH_MONTHS = (
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
    *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
)


def in_words(value: Value | None, language: str = ENGLISH) -> Value | None:
    """A value as a template takes it: what was queued to be worded later is worded now."""
    if not isinstance(value, Mapping):
        return value
    ((kind, told),) = value.items()
    language = next(one for one in languages_for(language) if one in SESSION_KINDS)
    if kind == "day":
        return day(date.fromisoformat(told), language)
    if kind == "moment":
        return moment(datetime.fromisoformat(told), language)
    if kind == "wall":
        return wall_moment(told, language)
    if kind == "kind":
        return session_kind(told, language)
    return slot_in_words(told)


def course_name(identifier: str) -> str:
    """`npq-headship` is said `NPQ for Headship`; an unknown course keeps its identifier."""
    return COURSES.get(identifier, identifier)


def day(on: date, language: str = ENGLISH) -> str:
    """`Tuesday 3 November 2026`; `Dydd Mawrth 3 Tachwedd 2026`."""
    if language == WELSH:
        weekday, month = _WELSH_DAYS[on.weekday()], _WELSH_MONTHS[on.month - 1]
        return f"Dydd {weekday} {on.day} {month} {on.year}"
    return f"{on:%A} {on.day} {on:%B %Y}"


def moment(at: datetime, language: str = ENGLISH) -> str:
    """`Tuesday 3 November 2026 at 4pm`, in London."""
    return _day_and_time(at.astimezone(LONDON), language)


def wall_moment(local_start: str, language: str = ENGLISH) -> str:
    """The same for a wall time as sessions tells it: `2026-11-03T16:00`."""
    return _day_and_time(datetime.fromisoformat(local_start).replace(tzinfo=LONDON), language)


def _day_and_time(local: datetime, language: str) -> str:
    if language == WELSH:
        return f"{day(local.date(), language)} am {local:%H:%M}"
    return f"{day(local.date())} at {clock(local)}"


def clock(local: datetime) -> str:
    """`4pm`, `4:30pm`, `midday`, `11:59pm`."""
    if (local.hour, local.minute) in ((0, 0), (12, 0)):
        return "midday" if local.hour else "midnight"
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{hour}:{local.minute:02}{half}" if local.minute else f"{hour}{half}"


def session_kind(kind: str, language: str = ENGLISH) -> str:
    """`face_to_face` is said `face-to-face session`."""
    known = SESSION_KINDS.get(language, SESSION_KINDS[ENGLISH])
    return known.get(kind, kind.replace("_", " "))


def choice(language: str = ENGLISH) -> str:
    """What leads to the page of somebody's choices."""
    return CHOICE[next(one for one in languages_for(language) if one in CHOICE)]


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


def in_a_line(told: str, longest: int = 300) -> str:
    """What a stranger said, in one line of letters that can be shown and stored."""
    seen = "".join(letter if letter.isprintable() else " " for letter in told)
    return " ".join(seen.split())[:longest]


def plainly(code: str) -> str:
    """A code in words: `too_many_words` is said `too many words`."""
    return code.replace("_", " ")
