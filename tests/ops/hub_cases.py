"""The same for what hubs' own systems ask."""

from alert_cases import Case

ASKED = 'headship_hub_requests_total{service="sessions",method="m",outcome='

HUB_CASES = (
    Case(
        "HubsDisconnected",
        (('headship_hubs_connected{service="sessions",pod="a"}', "0x90"),),
        (
            ('headship_hubs_connected{service="sessions",pod="a"}', "0x90"),
            ('headship_hubs_connected{service="sessions",pod="b"}', "1x90"),
        ),
        "10m",
    ),
    Case(
        "HubCallsFail",
        ((f'{ASKED}"internal_error"}}', "0+2x90"), (f'{ASKED}"ok"}}', "0+98x90")),
        ((f'{ASKED}"unavailable"}}', "0+2x90"), (f'{ASKED}"ok"}}', "0+998x90")),
        "40m",
    ),
    Case(
        "HubFlood",
        ((f'{ASKED}"unanswered"}}', "0+600x90"),),
        ((f'{ASKED}"unanswered"}}', "0x10 300x80"),),
        "30m",
    ),
    Case(
        "HubsOverTheirLimits",
        ((f'{ASKED}"too_many_calls"}}', "0+20x90"), (f'{ASKED}"ok"}}', "0+80x90")),
        ((f'{ASKED}"too_many_at_once"}}', "0+20x90"), (f'{ASKED}"ok"}}', "0+980x90")),
        "45m",
    ),
    Case(
        "HubCallersUnknown",
        ((f'{ASKED}"unknown_caller"}}', "0+1x90"),),
        ((f'{ASKED}"refused"}}', "0+9x90"),),
        "30m",
    ),
)
