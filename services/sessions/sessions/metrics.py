"""What sessions counts. A label takes few, fixed values; never an id or a name."""

from prometheus_client import Counter, Gauge

from kit.metrics import touch, touch_jobs

people_grouped = Counter(
    "sessions_people_grouped_total",
    "People that forming groups considered. Many unplaced: read the reasons in its report.",
    ["outcome"],  # placed | unplaced
)
groupings_overtaken = Counter(
    "sessions_groupings_overtaken_total",
    "Times that people or offers changed while groups were being worked out, so it began again.",
)
attendance_recorded = Counter(
    "sessions_attendance_recorded_total",
    "Entries of registers. Falls to zero in term time: hubs do not reach record_attendance.",
    ["counts"],  # yes | no
)
assessments_ready = Counter(
    "sessions_assessments_ready_total",
    "Times that the engagement gate was told to be met, or not to be met after all.",
    ["outcome"],  # ready | withdrawn
)
calendars_served = Counter(
    "sessions_calendars_served_total",
    "Calendar feeds. not_found rising: clients still ask at addresses that were renewed.",
    ["outcome"],  # sent | unchanged | not_found
)

# The gauges are told by figures.py, of all cohorts together.
people = Gauge(
    "sessions_people",
    "Those in training, by whether they are in a coaching group. ungrouped: form groups.",
    ["place"],  # grouped, ungrouped
)
groups = Gauge(
    "sessions_groups",
    "Coaching groups that meet. unseated: no seat in a session to come, though the plan goes on.",
    ["seats"],  # seated, unseated
)
seat_waits = Gauge("sessions_seat_waits", "Those who wait for a seat in a full session.")
registers = Gauge(
    "sessions_registers",
    "Sessions of the last four weeks, by whether a register came in. missing: remind the hub.",
    ["register"],  # kept, missing
)
engagement_minutes = Gauge(
    "sessions_engagement_minutes",
    "Minutes of those in training that count, and that are planned.",
    ["component", "minutes"],  # live, study | attended, planned
)
at_risk = Gauge(
    "sessions_engagement_at_risk",
    "Those in training who may not reach the engagement that assessment takes, by why.",
    ["risk"],
)

touch(people_grouped, {"outcome": ("placed", "unplaced")})
touch(attendance_recorded, {"counts": ("yes", "no")})
touch(assessments_ready, {"outcome": ("ready", "withdrawn")})
touch(calendars_served, {"outcome": ("sent", "unchanged", "not_found")})
touch_jobs("sessions.domain.seating:solve", "sessions.domain.grouping:solve")
