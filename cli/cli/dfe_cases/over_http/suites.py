"""Which suites are about HTTP, and what of their expectations a provider cannot see there."""

from collections.abc import Callable
from dataclasses import dataclass

from cli.dfe_cases.over_http import applications, declarations, participants
from cli.dfe_cases.over_http.stage import Stage
from cli.dfe_cases.suites import Json


@dataclass(frozen=True)
class OverHttp:
    """How a suite is run. `unseen`: what may be expected, but shows in no answer."""

    run: Callable[[Stage, Json], Json]
    unseen: frozenset[str] = frozenset()


EMAIL = frozenset({"email"})
ITEMS = frozenset({"statement_item_state", "original_item_state", "clawback_item_state"})

OVER_HTTP = {
    "application_accept": OverHttp(applications.accept),
    "application_reject": OverHttp(applications.reject),
    "change_funded_place": OverHttp(applications.change_funded_place),
    "declaration_create": OverHttp(declarations.create),
    "declaration_void": OverHttp(declarations.void, ITEMS),
    "outcome_create": OverHttp(participants.outcome_create, EMAIL),
    "participant_action": OverHttp(participants.act, EMAIL),
    "change_schedule": OverHttp(participants.change_schedule),
}
