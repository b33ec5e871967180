"""What sessions counts. A label takes few, fixed values; never an id or a name."""

from prometheus_client import Counter

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
