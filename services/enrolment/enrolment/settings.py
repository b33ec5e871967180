"""What enrolment needs to know from outside."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from kit.config import KitSettings, between, more_than_nothing, setting, url_of


def share(value: Decimal) -> None:
    """A check: the number is from 0 to 1."""
    if not 0 <= value <= 1:
        raise ValueError(f"is {value}; it must be from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class EnrolmentSettings(KitSettings):
    """The kit's settings, where and how DfE is reached, and what people and files may do."""

    public_url: str = setting(
        "where people reach the public HTTP port, for links to forms",
        default="http://127.0.0.1:8000",
        check=url_of("https", "http"),
    )
    link_secrets: list[str] = setting(
        "secrets of signed links; the first one signs, all are accepted", secret=True
    )
    import_megabytes: int = setting(
        "the largest CSV file that is taken", default=20, check=between(1, 500)
    )
    import_days: int = setting(
        "days until a file that was begun, and its errors, are removed",
        default=7,
        check=between(1, 365),
    )
    assumed_retention: Decimal = setting(
        "forecast: the share of participants, 0 to 1, that is assumed to reach each next milestone",
        default=Decimal("0.95"),
        check=share,
    )
    dfe_api_url: str = setting(
        "DfE's service, without /api/v3: https://register-national-…gov.uk",
        check=url_of("https", "http"),
    )
    dfe_api_token: str = setting("this provider's bearer token at DfE", secret=True)
    dfe_api_token_file: Path | None = setting(
        "the file that holds the token; it is read again when it changes", default=None
    )
    dfe_lead_provider: str | None = setting(
        "what DfE calls this provider, such as Teach First; unless set, as its answers to our own"
        " declarations say",
        default=None,
    )
    dfe_calls: int = setting(
        "calls to DfE in any five minutes, of all replicas together",
        default=300,
        check=between(10, 1_000_000),
    )
    dfe_timeout: timedelta = setting(
        "seconds to wait for DfE to answer",
        default=timedelta(seconds=10),
        check=more_than_nothing,
    )
    dfe_page_size: int = setting(
        "records asked for at once; DfE gives 3,000 at most", default=1_000, check=between(1, 3_000)
    )
    dfe_sync_interval: timedelta = setting(
        "seconds between two reads of what changed at DfE",
        default=timedelta(hours=1),
        check=more_than_nothing,
    )
