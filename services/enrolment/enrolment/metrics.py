"""What enrolment counts. A label takes few, fixed values; never an id or a name."""

from prometheus_client import Counter, Gauge, Histogram

from enrolment.domain.dfe.courses import DECLARATION_TYPES, GROUPS
from kit.metrics import touch

COURSES = tuple(GROUPS)
STATUSES = ("pending", "accepted", "rejected", "removed")
TRAINING = ("active", "deferred", "withdrawn")
WAITING = ("waiting", "offered")
CALL_ENDS = ("ok", "refused", "unauthorised", "busy", "broken", "unreachable", "unanswered")

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
    ["outcome"],
)
dfe_call_duration = Histogram(
    "enrolment_dfe_call_duration_seconds",
    "From asking DfE to having its answer.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
# The gauges are told by figures.py, of all cohorts together unless they say otherwise.
dfe_unauthorised = Gauge(
    "enrolment_dfe_unauthorised",
    "1 while DfE refuses our token: nothing is sent or read. Put a new one into its file.",
)
dfe_owed = Gauge(
    "enrolment_dfe_writes_owed",
    "What DfE must still be told, by state. in_doubt for long: DfE does not answer look-ups.",
    ["state"],  # owed, sending, in_doubt
)
applications = Gauge(
    "enrolment_applications",
    "Applications, by what DfE confirmed. pending rising: somebody has to decide.",
    ["course", "status"],
)
participants = Gauge(
    "enrolment_participants",
    "Those who are accepted, by how their training stands.",
    ["course", "training_status"],
)
places = Gauge(
    "enrolment_places",
    "Places held, and how many there are where a cap is set, of cohorts that have not begun.",
    ["course", "places"],  # held, cap
)
waitlist = Gauge(
    "enrolment_waitlist",
    "Who waits for a place, and who has been offered one.",
    ["course", "state"],
)
declarations_due = Gauge(
    "enrolment_declarations_due",
    "People in training with an open milestone that is not declared, by days to its deadline.",
    ["type", "within"],  # 1d, 7d, 21d, later: each is counted once, under the nearest
)
declarations_missed = Gauge(
    "enrolment_declarations_missed",
    "People in training with a milestone that was not declared by its deadline.",
    ["type"],
)
expected_income = Gauge(
    "enrolment_expected_income_pounds",
    "On statements that are not paid: declared by now, and to come at the assumed retention.",
    ["part"],  # declared, to_come
)

touch(offers_ended, {"outcome": ("accepted", "declined", "expired", "withdrawn")})
touch(rows_imported, {"kind": ("applications", "admission_steps")})
touch(declarations_made, {"type": DECLARATION_TYPES})
touch(deadlines_missed, {"type": DECLARATION_TYPES})
touch(dfe_calls, {"outcome": CALL_ENDS})
