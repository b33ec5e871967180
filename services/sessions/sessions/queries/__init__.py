"""Reads that lock, join or page."""

from sessions.queries.facts import (
    LiveFact,
    StudyFact,
    live_facts,
    study_facts,
    study_of,
)
from sessions.queries.groups import (
    members,
    memberships,
    offered_coaches,
    offers,
    sizes,
    venue_places,
)
from sessions.queries.people import (
    enrolment,
    finished,
    ids_in_training,
    ids_under_way,
    in_training,
    lock_enrolments,
)
from sessions.queries.plans import (
    plan,
    plan_or_none,
    plan_units,
    plan_version,
    plans,
    plans_over,
)
from sessions.queries.schedule import (
    attendance_of,
    is_scheduled,
    seated,
    seats_ahead,
    session,
    sessions_ahead,
    sessions_of,
    waiting,
)

__all__ = [
    "LiveFact",
    "StudyFact",
    "attendance_of",
    "enrolment",
    "finished",
    "ids_in_training",
    "ids_under_way",
    "in_training",
    "is_scheduled",
    "live_facts",
    "lock_enrolments",
    "members",
    "memberships",
    "offered_coaches",
    "offers",
    "plan",
    "plan_or_none",
    "plan_units",
    "plan_version",
    "plans",
    "plans_over",
    "seated",
    "seats_ahead",
    "session",
    "sessions_ahead",
    "sessions_of",
    "sizes",
    "study_facts",
    "study_of",
    "venue_places",
    "waiting",
]
