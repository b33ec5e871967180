"""What sessions needs to know from outside."""

from dataclasses import dataclass

from kit.config import KitSettings, SettingsError, setting
from sessions.domain.engagement import Gate, GateReading


@dataclass(frozen=True, kw_only=True)
class SessionsSettings(KitSettings):
    """The kit's settings, and the numbers of this provider's programme."""

    public_url: str = setting(
        "where participants reach the public HTTP port", default="http://127.0.0.1:8000"
    )
    webinar_link: str | None = setting(
        "where the cohort's webinars are joined: https://…", default=None
    )
    group_least: int = setting("people in a coaching group, at least", default=5)
    group_most: int = setting("people in a coaching group, at most", default=8)
    attended_percent: int = setting(
        "the share of a session's minutes that makes it attended", default=80
    )
    gate_reading: str = setting(
        "per_component (live and self-study each) or overall", default="per_component"
    )
    gate_percent: int = setting("the engagement that the assessment takes", default=90)
    study_behind_percent: int = setting(
        "less than this share of the self-study due makes someone at risk", default=75
    )

    def __post_init__(self) -> None:
        problems = []
        if self.gate_reading not in list(GateReading):
            told = " or ".join(GateReading)
            problems.append(f"GATE_READING is {self.gate_reading!r}; it must be {told}")
        if not 1 <= self.group_least <= self.group_most:
            problems.append("GROUP_LEAST must be at least 1 and no more than GROUP_MOST")
        for name in ("attended_percent", "gate_percent", "study_behind_percent"):
            if not 1 <= getattr(self, name) <= 100:
                problems.append(f"{name.upper()} must be from 1 to 100")
        if problems:
            raise SettingsError(problems)

    @property
    def gate(self) -> Gate:
        return Gate(GateReading(self.gate_reading), self.gate_percent)
