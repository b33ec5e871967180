"""What assessment needs to know from outside."""

from dataclasses import dataclass

from kit.config import KitSettings, between, setting, url_of


@dataclass(frozen=True, kw_only=True)
class AssessmentSettings(KitSettings):
    """The kit's settings, and the limits of assessment."""

    public_url: str = setting(
        "where people reach the public HTTP port, for links to pages",
        default="http://127.0.0.1:8000",
        check=url_of("https", "http"),
    )
    weeks_after_last_unit: int = setting(
        "weeks between a plan's last unit and the first day of a window",
        default=4,
        check=between(0, 52),
    )
    extraction_seconds: int = setting(
        "longest time to read an uploaded file", default=30, check=between(1, 600)
    )
    extraction_megabytes: int = setting(
        "most memory to read an uploaded file", default=512, check=between(64, 8_192)
    )
