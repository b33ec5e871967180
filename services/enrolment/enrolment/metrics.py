"""What enrolment counts. A label takes few, fixed values; never an id or a name."""

from prometheus_client import Counter, Gauge, Histogram

applications_decided = Counter(
    "enrolment_applications_decided_total",
    "Decisions that DfE has answered. refused_by_dfe rising: its twin here misses a rule.",
    ["decision", "outcome"],  # accept, reject, ... | confirmed, refused_by_dfe
)
places_refused = Counter(
    "enrolment_places_refused_total",
    "Acceptances for which no place was left.",
)
offers_made = Counter(
    "enrolment_offers_made_total",
    "Places offered to those who waited.",
)
offers_ended = Counter(
    "enrolment_offers_ended_total",
    "Offers by how they ended. expired rising: people do not hear of them, or in bad time.",
    ["outcome"],  # accepted, declined, expired, withdrawn
)
rows_imported = Counter(
    "enrolment_rows_imported_total",
    "Rows of CSV files that were imported.",
    ["kind"],  # applications, admission_steps
)
declarations_made = Counter(
    "enrolment_declarations_made_total",
    "Declarations that fell due and are owed to DfE.",
    ["type"],
)
deadlines_missed = Counter(
    "enrolment_deadlines_missed_total",
    "Milestones of active participants whose deadline passed before they were declared.",
    ["type"],
)
dfe_calls = Counter(
    "enrolment_dfe_calls_total",
    "Calls to DfE by how they ended. unauthorised: the token is wrong and nothing is sent.",
    ["outcome"],  # ok, refused, unauthorised, busy, broken, unreachable, unanswered
)
dfe_call_duration = Histogram(
    "enrolment_dfe_call_duration_seconds",
    "From asking DfE to having its answer.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
dfe_unauthorised = Gauge(
    "enrolment_dfe_unauthorised",
    "1 while DfE refuses our token: nothing is sent or read. Put a new one into its file.",
)
dfe_owed = Gauge(
    "enrolment_dfe_writes_owed",
    "What DfE must still be told, by state. in_doubt for long: DfE does not answer look-ups.",
    ["state"],  # owed, sending, in_doubt
)
