"""What assessment needs to know from outside."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.config import KitSettings, between, setting, url_of

SHORTEST_SECRET = 32
"""Characters: 128 bits, if it was made as hexadecimal digits."""


def _long_enough(secrets: Sequence[str]) -> None:
    for number, secret in enumerate(secrets, start=1):
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"secret {number} is shorter than {SHORTEST_SECRET} characters")


@dataclass(frozen=True, kw_only=True)
class AssessmentSettings(KitSettings):
    """The kit's settings, and the limits of assessment."""

    public_url: str = setting(
        "where people reach the public HTTP port, for links to pages",
        default="http://127.0.0.1:8000",
        check=url_of("https", "http"),
    )
    link_secrets: list[str] = setting(
        "secrets of signed links; the first one signs, all are accepted", secret=True
    )
    seal_secrets: list[str] = setting(
        "secrets that sign dossiers; the first one signs, all are accepted",
        default=[],
        secret=True,
        check=_long_enough,
    )
    weeks_after_last_unit: int = setting(
        "weeks between a plan's last unit and the first day of a window",
        default=4,
        check=between(0, 52),
    )
    extraction_seconds: int = setting(
        "longest time to read an uploaded file", default=30, check=between(1, 600)
    )
    similarity_seconds: int = setting(
        "longest time to compare a window's scripts", default=900, check=between(1, 7_200)
    )
    similarity_megabytes: int = setting(
        "most memory to compare a window's scripts", default=3_072, check=between(256, 65_536)
    )
    extraction_megabytes: int = setting(
        "most memory to read an uploaded file", default=512, check=between(64, 8_192)
    )
    circumstances_days: int = setting(
        "working days to decide extenuating circumstances", default=5, check=between(1, 60)
    )
    appeal_within: int = setting(
        "working days after a result in which it may be appealed", default=20, check=between(1, 120)
    )
    clerical_check_days: int = setting(
        "working days for the clerical check of an appeal", default=5, check=between(1, 60)
    )
    review_of_marking_days: int = setting(
        "working days for the review of marking of an appeal", default=25, check=between(1, 120)
    )
    panel_days: int = setting(
        "working days until an appeal's panel decides", default=30, check=between(1, 120)
    )
    next_stage_within: int = setting(
        "working days after a dismissal to ask for the next stage", default=10, check=between(1, 60)
    )
    provider_name: str = setting("who the letters are from", default="The training provider")
    letter_seconds: int = setting(
        "longest time to make a letter or a dossier's PDF", default=30, check=between(1, 600)
    )
    reliability_seconds: int = setting(
        "longest time to compute a window's reliability", default=120, check=between(1, 3_600)
    )
    allocation_seconds: int = setting(
        "longest time to plan who marks what", default=120, check=between(1, 3_600)
    )
    allocation_megabytes: int = setting(
        "most memory to plan who marks what", default=2_048, check=between(256, 16_384)
    )
    probation_scripts: int = setting(
        "a new marker's first scripts, which a second one marks as well",
        default=10,
        check=between(0, 1_000),
    )
