"""How far people have engaged, and who may not reach the gate."""

from datetime import date
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape


@shape
class EngagementRecord(Shape):
    """How far a participant has engaged, in whole minutes of the whole programme.

    `missable`: so many sessions may still be missed, whichever they are. `gate` names the rule,
    `gate_met` says how it reads now, `ready` whether assessment was told. `risk`, if any:
    catch_up_needed | nothing_to_spare | self_study_behind | gone_quiet.
    Beside it both readings of the rule at the gate's percent; percents are never rounded up.
    """

    application_id: UUID
    participant_id: UUID
    course: str
    cohort: str
    first_engaged_on: date | None = None
    last_engaged_on: date | None = None
    live_attended_minutes: int
    live_planned_minutes: int
    study_attended_minutes: int
    study_planned_minutes: int
    attended_minutes: int
    planned_minutes: int
    missable: int
    gate: str
    gate_met: bool
    ready: bool
    risk: str | None = None
    revision: int
    live_percent: int = 0
    study_percent: int = 0
    overall_percent: int = 0
    per_component_met: bool = False
    overall_met: bool = False
    missable_per_component: int | None = None
    missable_overall: int | None = None


@shape
class GetEngagement(Request[EngagementRecord], to="sessions"):
    """One participant's engagement."""

    application_id: UUID


@shape
class EngagementPage(Page):
    """Engagement records by application."""

    items: list[EngagementRecord]


@shape
class ListAtRisk(ListRequest[EngagementPage], to="sessions"):
    """Those in training who may not reach the gate, as of their last change or the last review."""

    course: str | None = None
    cohort: str | None = None
    delivery_partner_id: UUID | None = None
