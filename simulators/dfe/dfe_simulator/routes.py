"""Which request goes to which endpoint."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Map, Rule

from dfe_simulator import (
    applications,
    declarations,
    organisations,
    outcomes,
    participants,
)

Endpoint = Callable[..., Any]


def _rule(method: str, path: str, endpoint: Endpoint) -> Rule:
    return Rule(f"/api/v3/{path}", methods=[method], endpoint=endpoint)


ROUTES = Map(
    [
        _rule("GET", "npq-applications", applications.list_applications),
        _rule("GET", "npq-applications/<application_id>", applications.one_application),
        _rule("POST", "npq-applications/<application_id>/accept", applications.accept),
        _rule("POST", "npq-applications/<application_id>/reject", applications.reject),
        _rule(
            "PUT",
            "npq-applications/<application_id>/change-funded-place",
            applications.change_funded_place,
        ),
        _rule("GET", "participants/npq", participants.list_participants),
        _rule("GET", "participants/npq/outcomes", outcomes.list_outcomes),
        _rule("GET", "participants/npq/<participant_id>", participants.one_participant),
        _rule("PUT", "participants/npq/<participant_id>/defer", participants.defer),
        _rule("PUT", "participants/npq/<participant_id>/withdraw", participants.withdraw),
        _rule("PUT", "participants/npq/<participant_id>/resume", participants.resume),
        _rule(
            "PUT",
            "participants/npq/<participant_id>/change-schedule",
            participants.change_schedule,
        ),
        _rule(
            "GET", "participants/npq/<participant_id>/outcomes", outcomes.list_participant_outcomes
        ),
        _rule("POST", "participants/npq/<participant_id>/outcomes", outcomes.create_outcome),
        _rule("GET", "participant-declarations", declarations.list_declarations),
        _rule("POST", "participant-declarations", declarations.create),
        _rule("GET", "participant-declarations/<declaration_id>", declarations.one_declaration),
        _rule("PUT", "participant-declarations/<declaration_id>/void", declarations.void),
        _rule(
            "PUT",
            "participant-declarations/<declaration_id>/change-delivery-partner",
            declarations.change_delivery_partner,
        ),
        _rule("GET", "delivery-partners", organisations.list_delivery_partners),
        _rule(
            "GET",
            "delivery-partners/<delivery_partner_id>",
            organisations.one_delivery_partner,
        ),
        _rule("GET", "statements", organisations.list_statements),
        _rule("GET", "statements/<statement_id>", organisations.one_statement),
    ]
)
