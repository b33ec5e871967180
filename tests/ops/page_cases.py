"""The same for the pages that people reach by a link."""

from alert_cases import Case

ASKED = 'headship_http_requests_total{service="assessment",route="/submit/<token>",status='

PAGE_CASES = (
    Case(
        "PagesFail",
        ((f'{ASKED}"5xx"}}', "0+2x90"), (f'{ASKED}"2xx"}}', "0+20x90")),
        ((f'{ASKED}"4xx"}}', "0+20x90"), (f'{ASKED}"5xx"}}', "0+1x2 2x87")),
        "30m",
    ),
    Case(
        "PagesFail",
        ((f'{ASKED}"5xx"}}', "0+1x90"),),
        ((f'{ASKED}"5xx"}}', "0+1x90"), (f'{ASKED}"2xx"}}', "0+99x90")),
        "30m",
    ),
)
