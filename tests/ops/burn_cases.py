"""When the alerts of service levels fire: the error budget burns too fast, by two windows."""

from alert_cases import Case, Series

CALLS = 'headship_rpc_requests_total{service="sessions",method="plan",outcome='


def calls(failed: str, fine: str) -> Series:
    return ((f'{CALLS}"internal_error"}}', failed), (f'{CALLS}"ok"}}', fine))


def within(metric: str, edge: str, inside: str, all_of_them: str) -> Series:
    labels = 'service="sessions",queue="sessions.keep"'
    return (
        (f'{metric}_bucket{{{labels},le="{edge}"}}', inside),
        (f"{metric}_count{{{labels}}}", all_of_them),
    )


AGE, SPEED = "headship_event_age_seconds", "headship_rpc_duration_seconds"

BURN_CASES = (
    Case("CallsFail", calls("0+20x90", "0+80x90"), calls("0+1x90", "0+999x90"), "75m", "page"),
    Case(
        "CallsFail", calls("0+20x400", "0+400x400"), calls("0+1x400", "0+999x400"), "390m", "page"
    ),
    Case("CallsFail", calls("0+2x1600", "0+98x1600"), calls("0+1x1600", "0+999x1600"), "1500m"),
    Case("CallsFail", calls("0+1x4600", "0+99x4600"), calls("0+1x4600", "0+999x4600"), "4500m"),
    Case(
        "CallsSlow",
        within(SPEED, "0.25", "0+80x90", "0+100x90"),
        within(SPEED, "0.25", "0+100x90", "0+100x90"),
        "75m",
        "page",
    ),
    Case(
        "EventsLate",
        within(AGE, "60.0", "0+80x90", "0+100x90"),
        within(AGE, "60.0", "0+100x90", "0+100x90"),
        "75m",
        "page",
    ),
)
