"""What assessment counts. A label takes few, fixed values; never an id or a name."""

from prometheus_client import Counter, Gauge, Histogram

from assessment.domain.allocation import Role
from assessment.domain.marking import ResultState, Rule
from kit.metrics import touch, touch_jobs

DECIDING = (Rule.SINGLE_MARK_STANDS, Rule.MARKERS_AGREE, Rule.MARKERS_AGREE_APART, Rule.ADJUDICATED)

submissions = Counter(
    "assessment_submissions_total",
    "Files that candidates sent. refused rising: look at the reasons of submission_refused.",
    ["outcome"],  # received, refused
)
extraction_duration = Histogram(
    "assessment_extraction_duration_seconds",
    "Reading an uploaded file in its child process. Near EXTRACTION_SECONDS: files are refused.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
comparisons = Counter(
    "assessment_comparisons_total",
    "Comparisons of a window's scripts. failed, after it was put off: look at the log, raise the "
    "limits, ask again.",
    ["outcome"],  # done, put_off (it is run again), failed
)
candidates_missed = Counter(
    "assessment_candidates_missed_total",
    "Candidates without a script at the close. Many at once: uploads may have failed.",
)
marks = Counter(
    "assessment_marks_total",
    "Scripts marked. Falls to zero while scripts wait: remind the markers.",
    ["role"],  # first, second, adjudicator
)
decisions = Counter(
    "assessment_decisions_total",
    "Scripts decided, by rule. adjudicated rising: the markers need standardising.",
    ["rule"],
)
scripts_without_marker = Counter(
    "assessment_scripts_without_marker_total",
    "Scripts for which everyone has a conflict. Above zero: bring in staff, prepare again.",
    ["role"],
)
results_released = Counter(
    "assessment_results_released_total",
    "Results told to participants and DfE.",
    ["state"],  # passed, failed
)
checks = Counter(
    "assessment_checks_total",
    "Reference scripts marked. differs rising: the markers need standardising.",
    ["purpose", "outcome"],
)
assessors_stopped = Counter(
    "assessment_assessors_stopped_total",
    "Markers stopped by their seeds or by moderation. See list_checks, then resume or reallocate.",
)
leases_lost = Counter(
    "assessment_leases_lost_total",
    "Claimed scripts taken by others once their lease was over. Rising: leases are too short.",
)
moderations = Counter(
    "assessment_moderations_total",
    "Markers whose moderation ended. escalated: all they decided alone is marked again.",
    ["outcome"],  # accepted, escalated, complete
)

cases_overdue = Gauge(
    "assessment_cases_overdue",
    "Circumstances and appeals past their day. Above zero: ask the lead to decide them.",
    ["kind"],  # circumstances, appeal
)

for _counter, _label, _values in (
    (submissions, "outcome", ("received", "refused")),
    (comparisons, "outcome", ("done", "put_off", "failed")),
    (marks, "role", Role),
    (scripts_without_marker, "role", Role),
    (decisions, "rule", DECIDING),
    (results_released, "state", ResultState),
):
    touch(_counter, {_label: [str(value) for value in _values]})  # a rate starts from zero
touch(checks, {"purpose": ("standardisation", "seed"), "outcome": ("agrees", "differs")})
touch(moderations, {"outcome": ("accepted", "escalated", "complete")})
touch_jobs(
    "assessment.domain.similarity.job:compare_scripts",
    "assessment.documents.letter:make",
    "assessment.documents.dossier:make",
    "assessment.domain.reliability.window:examine",
    "assessment.domain.extraction:read_script",
    "assessment.domain.allocation:plan",
)

# The gauges are told by figures.py, of all windows together.
names_unchecked = Gauge(
    "assessment_names_unchecked",
    "Scripts whose authors' names enrolment has not told yet. Above zero for long: it is away.",
)
candidates = Gauge(
    "assessment_candidates",
    "Candidates of windows that are not released or cancelled.",
    ["state"],  # entered, submitted, missed
)
scripts = Gauge(
    "assessment_scripts",
    "Scripts that are not released, by how far their marking is.",
    ["state"],
)
backlog = Gauge(
    "assessment_marking_backlog",
    "Scripts to be marked: on a marker's desk, or on the pile.",
    ["role", "lies"],  # desk, pile
)
backlog_oldest = Gauge(
    "assessment_marking_oldest_seconds",
    "For how long the script that has waited longest has lain on a marker's desk.",
    ["role"],
)
backlog_overdue = Gauge(
    "assessment_marking_overdue",
    "Scripts on desks whose day has passed. Above zero: results will be late.",
    ["role"],
)
results = Gauge(
    "assessment_results",
    "Results that stand: each participant's latest.",
    ["state"],  # passed, failed
)
cases_open = Gauge(
    "assessment_cases_open",
    "Requests that wait for a decision.",
    ["case"],  # circumstances, appeal
)
