"""What sessions needs to know from outside."""

from dataclasses import dataclass

from kit.config import KitSettings, between, one_of, setting, url_of
from sessions.domain.engagement import Gate, GateReading
from sessions.domain.severity import Severity, read_severities
from sessions.domain.template import Kind

PERCENT = between(1, 100)
GROUP_SIZE = between(1, 100)


def _severities(value: str) -> None:
    read_severities(value)


@dataclass(frozen=True, kw_only=True)
class SessionsSettings(KitSettings):
    """The kit's settings, and the numbers of this provider's programme."""

    public_url: str = setting(
        "where participants reach the public HTTP port",
        default="http://127.0.0.1:8000",
        check=url_of("https", "http"),
    )
    webinar_link: str | None = setting(
        "where the cohort's webinars are joined: https://…", default=None
    )
    group_least: int = setting(
        "people in a coaching group, at least", default=5, check=GROUP_SIZE, up_to="group_most"
    )
    group_most: int = setting("people in a coaching group, at most", default=8, check=GROUP_SIZE)
    phases: str = setting(
        "people of different phases meet in coaching groups (mix), of the same (same), or ignore",
        default="ignore",
        check=one_of("ignore", "mix", "same"),
    )
    join_within_km: int = setting(
        "people of a hub too small for a group join one that is no further off",
        default=60,
        check=between(0, 1_000),
    )
    venue_within_km: int = setting(
        "nobody is sent to a venue further off, their own hub's apart",
        default=80,
        check=between(0, 1_000),
    )
    attended_percent: int = setting(
        "the share of a session's minutes that makes it attended", default=80, check=PERCENT
    )
    late_after_minutes: int = setting(
        "whoever checks in so many minutes after the start is late",
        default=5,
        check=between(0, 30),
    )
    transfer_policy: str = setting(
        "who confirms the place proposed at somebody's new hub: team, or policy (at once)",
        default="team",
        check=one_of("team", "policy"),
    )
    gate_reading: str = setting(
        "per_component (live and self-study each) or overall",
        default="per_component",
        check=one_of(*GateReading),
    )
    gate_percent: int = setting(
        "the engagement that the assessment takes", default=90, check=PERCENT
    )
    study_behind_percent: int = setting(
        "less than this share of the self-study due makes someone at risk",
        default=75,
        check=PERCENT,
    )
    quiet_days: int = setting(
        "so many days with work due and nothing done make someone at risk",
        default=28,
        check=between(1, 365),
    )

    closed_percent: int = setting(
        "more of a group's or cohort's schools closed than this, and no session is on that day",
        default=15,
        check=between(0, 100),
    )
    notice_online: int = setting(
        "working days from telling of a webinar or coaching session until it is",
        default=5,
        check=between(0, 60),
    )
    notice_face_to_face: int = setting(
        "working days from telling of a face-to-face day until it is",
        default=10,
        check=between(0, 60),
    )

    clash_severities: str = setting(
        "clash=block, block_release, warn or ignore, with commas between, where not the usual",
        default="",
        check=_severities,
    )

    @property
    def severities(self) -> dict[str, Severity]:
        return read_severities(self.clash_severities)

    @property
    def notice(self) -> dict[Kind, int]:
        online = self.notice_online
        days = {Kind.webinar: online, Kind.coaching: online}
        return days | {Kind.face_to_face: self.notice_face_to_face}

    @property
    def gate(self) -> Gate:
        return Gate(GateReading(self.gate_reading), self.gate_percent)
