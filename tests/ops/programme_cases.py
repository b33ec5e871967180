"""The same for what the programme team and finance must not miss."""

from alert_cases import Case

DFE = "enrolment_dfe_calls_total{outcome="
SETTLED = "notifications_messages_settled_total{status="
PUT_OFF = "notifications_attempts_put_off_total"
OLDEST = "notifications_oldest_due_seconds{message_class="

PROGRAMME_CASES = (
    Case(
        "DfeRefusesOurToken",
        (("enrolment_dfe_unauthorised", "1x90"),),
        (("enrolment_dfe_unauthorised", "0x90"),),
        "10m",
    ),
    Case(
        "DfeUnreachable",
        ((f'{DFE}"unreachable"}}', "0+2x90"), (f'{DFE}"ok"}}', "0+1x90")),
        ((f'{DFE}"unreachable"}}', "0+1x90"), (f'{DFE}"ok"}}', "0+9x90")),
        "80m",
    ),
    Case(
        "DfeWritesInDoubt",
        (('enrolment_dfe_writes_owed{state="in_doubt"}', "1x90"),),
        (('enrolment_dfe_writes_owed{state="owed"}', "1x90"),),
        "70m",
    ),
    Case(
        "TwinMissesARule",
        (
            (
                'enrolment_applications_decided_total{decision="accept",outcome="refused_by_dfe"}',
                "0x10 1x80",
            ),
        ),
        (
            (
                'enrolment_applications_decided_total{decision="accept",outcome="confirmed"}',
                "0+1x90",
            ),
        ),
        "30m",
    ),
    Case(
        "DeclarationDeadlineMissed",
        (('enrolment_deadlines_missed_total{type="started"}', "0x10 2x80"),),
        (('enrolment_deadlines_missed_total{type="started"}', "2x90"),),
        "30m",
    ),
    Case(
        "DeclarationDeadlineNear",
        (('enrolment_declarations_due{type="started",within="7d"}', "2x90"),),
        (('enrolment_declarations_due{type="started",within="21d"}', "2x90"),),
        "75m",
    ),
    Case(
        "MarkingOverdue",
        (('assessment_marking_overdue{role="first"}', "3x90"),),
        (('assessment_marking_overdue{role="first"}', "3x10 0x80"),),
        "75m",
    ),
    Case(
        "NoAttendanceRecorded",
        (('sessions_attendance_recorded_total{counts="yes"}', "0+1x100 100x7000"),),
        (('sessions_attendance_recorded_total{counts="yes"}', "0+1x7100"),),
        "6990m",
    ),
    Case(
        "ScriptsWithoutMarker",
        (('assessment_scripts_without_marker_total{role="first"}', "0x10 3x80"),),
        (('assessment_scripts_without_marker_total{role="first"}', "3x90"),),
        "30m",
    ),
    Case(
        "ScriptsNotCompared",
        (('assessment_comparisons_total{outcome="failed"}', "0x10 1x80"),),
        (
            ('assessment_comparisons_total{outcome="done"}', "0x10 1x80"),
            ('assessment_comparisons_total{outcome="put_off"}', "0x10 1x80"),
        ),
        "30m",
    ),
    Case(
        "MessagesFailing",
        ((f'{SETTLED}"permanent-failure"}}', "0+1x90"), (f'{SETTLED}"delivered"}}', "0+9x90")),
        ((f'{SETTLED}"permanent-failure"}}', "0+1x90"), (f'{SETTLED}"delivered"}}', "0+99x90")),
        "85m",
    ),
    Case(
        "MessagesDoNotLeave",
        ((PUT_OFF, "0+2x90"), (f'{SETTLED}"sent"}}', "0+1x90")),
        ((PUT_OFF, "0+1x90"), (f'{SETTLED}"sent"}}', "0+2x90")),
        "75m",
    ),
    Case(
        "MessagesDoNotLeave",
        ((f'{OLDEST}"critical"}}', "0+60x90"), (f'{OLDEST}"informational"}}', "0x90")),
        ((f'{OLDEST}"critical"}}', "600x90"), (PUT_OFF, "5x90")),
        "75m",
    ),
    Case(
        "MessagesWaitForEnrolment",
        (("notifications_waits_for_enrolment_total", "0+1x90"),),
        (("notifications_waits_for_enrolment_total", "9x90"),),
        "45m",
    ),
    Case(
        "MessagesWaitForLinks",
        (('notifications_waits_for_links_total{link="offer"}', "0+1x90"),),
        (('notifications_waits_for_links_total{link="offer"}', "9x90"),),
        "45m",
    ),
    Case(
        "BankHolidaysEnd",
        (
            ('headship_bank_holidays_end_timestamp_seconds{service="sessions"}', "31000000x90"),
            ('headship_bank_holidays_end_timestamp_seconds{service="assessment"}', "62000000x90"),
        ),
        (('headship_bank_holidays_end_timestamp_seconds{service="sessions"}', "62000000x90"),),
        "75m",
    ),
)
