"""What each service does, for its own board and for the programme's."""

from deploy.monitoring.board import (
    PER_SECOND,
    POUNDS,
    SECONDS,
    SHARE,
    SHORT,
    Panel,
    lines,
    number,
    rate,
    slowest,
)

APPLICATIONS = (
    lines(
        "Applications",
        "Of all cohorts, by what DfE confirmed. Pending ones wait for a decision.",
        SHORT,
        ("sum by (status) (enrolment_applications)", "{{status}}"),
    ),
    lines(
        "Applications by course",
        "All that were not rejected or removed.",
        SHORT,
        (
            'sum by (course) (enrolment_applications{status=~"pending|accepted"}) > 0',
            "{{course}}",
        ),
    ),
    lines(
        "People in training",
        "Those who are accepted, by how their training stands.",
        SHORT,
        ("sum by (training_status) (enrolment_participants)", "{{training_status}}"),
    ),
    lines(
        "Places",
        "Of cohorts that have not begun: held, and how many there are where a cap is set.",
        SHORT,
        ("sum by (places) (enrolment_places)", "{{places}}"),
    ),
    lines(
        "Waitlist",
        "Who waits, and who was offered a place and has not answered.",
        SHORT,
        ("sum by (state) (enrolment_waitlist)", "{{state}}"),
    ),
)

DECLARATIONS = (
    number(
        "Declarations due",
        "People with an open milestone that is not declared, by days to its deadline.",
        SHORT,
        ("sum by (within) (enrolment_declarations_due)", "{{within}}"),
    ),
    number(
        "Declarations missed",
        "People in training whose milestone passed without one. A payment is at stake.",
        SHORT,
        ("sum by (type) (enrolment_declarations_missed)", "{{type}}"),
    ),
    number(
        "Income expected",
        "On statements that DfE has not paid: declared by now, and to come at the assumed "
        "retention. A picture; headship call enrolment.forecast_income has the account.",
        POUNDS,
        ("sum by (part) (enrolment_expected_income_pounds)", "{{part}}"),
    ),
)

DFE = (
    lines(
        "Writes owed to DfE",
        "in_doubt for long: DfE does not answer look-ups.",
        SHORT,
        ("sum by (state) (enrolment_dfe_writes_owed)", "{{state}}"),
    ),
    lines(
        "Calls to DfE",
        "unauthorised: the token is wrong and nothing is sent. refused: see the write's problem.",
        PER_SECOND,
        (rate("enrolment_dfe_calls_total", "outcome"), "{{outcome}}"),
    ),
    lines(
        "Slowest calls to DfE",
        "95 of 100 were answered within this.",
        SECONDS,
        (slowest("enrolment_dfe_call_duration_seconds"), "all calls"),
    ),
    lines(
        "Decisions that DfE answered",
        "refused_by_dfe: its twin here misses a rule.",
        PER_SECOND,
        (
            rate("enrolment_applications_decided_total", "decision", "outcome") + " > 0",
            "{{decision}} {{outcome}}",
        ),
    ),
)

TRAINING = (
    lines(
        "People and groups",
        "Those in training, by whether they are in a coaching group.",
        SHORT,
        ("sum by (place) (sessions_people)", "{{place}}"),
    ),
    lines(
        "Groups and seats",
        "unseated: no session to come has seats for the group, though its plan goes on.",
        SHORT,
        ("sum by (seats) (sessions_groups)", "{{seats}}"),
    ),
    lines(
        "Registers of four weeks",
        "missing: the session is over and no register came in. Remind the hub.",
        SHORT,
        ("sum by (register) (sessions_registers)", "{{register}}"),
    ),
    lines(
        "Attendance",
        "Of entries in registers, the share that counts as attended.",
        SHARE,
        (
            'sum(increase(sessions_attendance_recorded_total{counts="yes"}[1d]))'
            " / sum(increase(sessions_attendance_recorded_total[1d]))",
            "last day",
        ),
    ),
    lines(
        "Engagement",
        "Minutes that count, of those planned to the end, of all in training.",
        SHARE,
        (
            'sum by (component) (sessions_engagement_minutes{minutes="attended"})'
            ' / sum by (component) (sessions_engagement_minutes{minutes="planned"})',
            "{{component}}",
        ),
    ),
    lines(
        "Engagement at risk",
        "Those who may not reach what assessment takes, by why.",
        SHORT,
        ("sum by (risk) (sessions_engagement_at_risk)", "{{risk}}"),
    ),
    lines(
        "Waiting for a seat",
        "In full sessions.",
        SHORT,
        ("max(sessions_seat_waits)", "people"),
    ),
)

CALENDARS = (
    lines(
        "Calendars served",
        "not_found rising: clients still ask at addresses that were renewed.",
        PER_SECOND,
        (rate("sessions_calendars_served_total", "outcome"), "{{outcome}}"),
    ),
)

MARKING = (
    lines(
        "Candidates",
        "Of windows that are under way. missed: no script at the close.",
        SHORT,
        ("sum by (state) (assessment_candidates)", "{{state}}"),
    ),
    lines(
        "Scripts",
        "Not released, by how far their marking is.",
        SHORT,
        ("sum by (state) (assessment_scripts)", "{{state}}"),
    ),
    lines(
        "Marking backlog",
        "Scripts on desks and on the pile, by role.",
        SHORT,
        ("sum by (role, lies) (assessment_marking_backlog)", "{{role}} {{lies}}"),
    ),
    lines(
        "Oldest script on a desk",
        "For how long it has lain there.",
        SECONDS,
        ("max by (role) (assessment_marking_oldest_seconds)", "{{role}}"),
    ),
    lines(
        "Marking overdue",
        "Above nothing results will be late: MarkingOverdue.",
        SHORT,
        ("sum by (role) (assessment_marking_overdue)", "{{role}}"),
    ),
    number(
        "Results",
        "Each participant's latest that stands.",
        SHORT,
        ("sum by (state) (assessment_results)", "{{state}}"),
    ),
    number(
        "Cases that wait",
        "Extenuating circumstances and appeals without a decision.",
        SHORT,
        ("sum by (case) (assessment_cases_open)", "{{case}}"),
    ),
)

SCRIPTS = (
    lines(
        "Files sent",
        "refused rising: look at the reasons of submission_refused.",
        PER_SECOND,
        (rate("assessment_submissions_total", "outcome"), "{{outcome}}"),
    ),
    lines(
        "Marks and decisions",
        "adjudicated rising: the markers need standardising.",
        PER_SECOND,
        (rate("assessment_marks_total", "role"), "marked: {{role}}"),
        (rate("assessment_decisions_total", "rule"), "decided: {{rule}}"),
    ),
    lines(
        "Scripts with names unchecked",
        "Above nothing for long: enrolment does not answer.",
        SHORT,
        ("max(assessment_names_unchecked)", "scripts"),
    ),
)

MESSAGES = (
    lines(
        "Messages by outcome",
        "What became of them. Failures or unknown rising: MessagesFailing.",
        PER_SECOND,
        (rate("notifications_messages_settled_total", "status"), "{{status}}"),
    ),
    lines(
        "Messages that wait",
        "due now: they should be leaving. later: held to a decent hour, or planned.",
        SHORT,
        (
            "sum by (message_class, due) (notifications_messages_waiting)",
            "{{message_class}} {{due}}",
        ),
    ),
    lines(
        "Oldest message that is due",
        "Rising: nothing leaves. Look at the mail server.",
        SECONDS,
        ("max by (message_class) (notifications_oldest_due_seconds)", "{{message_class}}"),
    ),
)

MAIL = (
    lines(
        "Messages queued",
        "By class.",
        PER_SECOND,
        (rate("notifications_messages_queued_total", "message_class"), "{{message_class}}"),
    ),
    lines(
        "Slowest handing over",
        "95 of 100 messages were taken by the mail server within this.",
        SECONDS,
        (slowest("notifications_handing_over_seconds"), "all"),
    ),
    lines(
        "Put off",
        "Attempts that are made again, rounds without enrolment, and what waits for a decent hour.",
        PER_SECOND,
        ("sum(rate(notifications_attempts_put_off_total[$__rate_interval]))", "tried again"),
        ("sum(rate(notifications_waits_for_enrolment_total[$__rate_interval]))", "no enrolment"),
        (rate("notifications_messages_held_total", "reason"), "{{reason}}"),
    ),
    lines(
        "Receipts",
        "unknown or refused rising: look at who posts them.",
        PER_SECOND,
        (rate("notifications_receipts_total", "outcome"), "{{outcome}}"),
    ),
)

OF: dict[str, tuple[Panel, ...]] = {
    "enrolment": (*APPLICATIONS, *DECLARATIONS, *DFE),
    "sessions": (*TRAINING, *CALENDARS),
    "assessment": (*MARKING, *SCRIPTS),
    "notifications": (*MESSAGES, *MAIL),
}
