"""The endpoints under `participant-declarations`."""

from collections.abc import Iterable, Iterator
from typing import Any

from dfe_simulator import outcomes, rendering
from dfe_simulator.applications import latest_accepted
from dfe_simulator.asking import Asking, id_or_none, text_or_none
from dfe_simulator.errors import Missing, refuse_if
from dfe_simulator.records import Application, Declaration
from dfe_simulator.world import World
from enrolment.domain.dfe import courses
from enrolment.domain.dfe import declarations as rules
from enrolment.domain.dfe.applications import LIVE_STATES
from enrolment.domain.dfe.delivery_partners import (
    DeclaredPartners,
    check_change_delivery_partner,
)
from enrolment.domain.dfe.outcomes import voids_outcome
from enrolment.domain.dfe.schedules import cohort_year


def list_declarations(asking: Asking) -> list[Any]:
    """Those that the caller made, and those on applications that are now the caller's."""
    world, since, caller = asking.world, asking.instant("updated_since"), asking.lead_provider
    years, participant_ids = asking.years(), asking.participant_ids()
    candidates = world.declarations.in_order()
    if participant_ids is not None:
        theirs = [made for one in participant_ids for made in _of_participant(world, one)]
        candidates = sorted(theirs, key=lambda record: record.created_at)
    found = (
        record
        for record in candidates
        if (
            record.lead_provider == caller or _application_of(world, record).lead_provider == caller
        )
        and (since is None or record.updated_at >= since)
        and (years is None or str(cohort_year(record.cohort)) in years)
    )
    return [rendering.declaration(world, record) for record in asking.page_of(found)]


def _of_participant(world: World, participant_id: str) -> Iterator[Declaration]:
    for application in world.applications_of(participant_id):
        yield from world.declarations_of(application.application_id)


def _application_of(world: World, record: Declaration) -> Application:
    return world.applications[record.application_id]


def _found(asking: Asking, declaration_id: str) -> Declaration:
    record = asking.world.declarations.get(declaration_id)
    if record is None:
        raise Missing
    now_with = _application_of(asking.world, record).lead_provider
    if asking.lead_provider not in (record.lead_provider, now_with):
        raise Missing
    return record


def one_declaration(asking: Asking, declaration_id: str) -> Any:
    """One that the caller may see."""
    return rendering.declaration(asking.world, _found(asking, declaration_id))


def create(asking: Asking) -> Any:
    """Claim a milestone. A repetition is refused: DfE does not take it for the same request."""
    world, attributes = asking.world, asking.attributes()
    request = rules.DeclarationRequest(
        participant_id=id_or_none(attributes.get("participant_id")),
        course_identifier=text_or_none(attributes.get("course_identifier")),
        declaration_type=text_or_none(attributes.get("declaration_type")),
        declaration_date=attributes.get("declaration_date"),
        has_passed=attributes.get("has_passed"),
        delivery_partner_id=id_or_none(attributes.get("delivery_partner_id")),
        secondary_delivery_partner_id=id_or_none(attributes.get("secondary_delivery_partner_id")),
    )
    participant_id = request.participant_id or ""
    application = latest_accepted(
        world,
        participant_id,
        request.course_identifier,
        asking.lead_provider,
        or_rebranded=True,
    )
    refuse_if(
        rules.check_declaration(request, _context(asking, application, request), at=asking.at)
    )
    declared_at = rules.parse_declaration_date(request.declaration_date)
    if application is None or declared_at is None:
        raise AssertionError("a declaration that was checked lacks its application or date")
    duplicate = _declared_by_same_trn(world, application, request.declaration_type)
    state = rules.state_of_new_declaration(
        fundable=world.funding_of(application).fundable, declared_by_same_trn=duplicate is not None
    )
    statement = rules.next_output_statement(
        world.statements_of(asking.lead_provider, application.cohort), asking.at.date()
    )
    record = Declaration(
        declaration_id=asking.new_id(),
        application_id=application.application_id,
        lead_provider=asking.lead_provider,
        cohort=application.cohort,
        declaration_type=str(request.declaration_type),
        declared_at=declared_at,
        state=state,
        delivery_partner_id=request.delivery_partner_id,
        secondary_delivery_partner_id=request.secondary_delivery_partner_id,
        created_at=asking.at,
        updated_at=asking.at,
        statement_id=statement.statement_id if statement and state != "submitted" else None,
        superseded_by=duplicate.declaration_id if duplicate else None,
    )
    world.add_declaration(record)
    if rules.wants_outcome(request):
        passed = rules.parse_has_passed(request.has_passed)
        outcome = "passed" if passed else "failed"
        outcomes.add(asking, record, outcome, declared_at.date())
    return rendering.declaration(world, record)


def _context(
    asking: Asking, application: Application | None, request: rules.DeclarationRequest
) -> rules.DeclarationContext:
    world, lead_provider = asking.world, asking.lead_provider
    participant_id = request.participant_id or ""
    change = world.retired_ids.get(participant_id)
    enrolment = None
    if application is not None:
        withdrawal = application.latest("withdrawn")
        withdrawn = application.training_status == "withdrawn" and withdrawal is not None
        declared = world.declarations_of(application.application_id)
        enrolment = rules.Enrolment(
            cohort_year=cohort_year(application.cohort),
            fundable=world.funding_of(application).fundable,
            in_england=application.in_england,
            schedule=application.schedule,
            withdrawn_at=withdrawal.at if withdrawn and withdrawal else None,
            declared=[(made.declaration_type, made.state) for made in declared],
            same_declared=_same_declared(declared, request, lead_provider),
        )
    cohort = application.cohort if application else ""
    return rules.DeclarationContext(
        enrolment=enrolment,
        participant_known=any(
            record.lead_provider == lead_provider and record.status == "accepted"
            for record in world.applications_of(participant_id)
        ),
        participant_replaced_by=change.to_participant_id if change else None,
        course_elsewhere=any(
            record.status == "accepted"
            and courses.same_course(record.course, request.course_identifier or "")
            for record in world.applications_of(participant_id)
        ),
        has_contract=(lead_provider, cohort, request.course_identifier) in world.contracts,
        statements=world.statements_of(lead_provider, cohort),
        confirmed_delivery_partners=world.confirmed_partners(lead_provider, cohort),
        known_delivery_partners=frozenset(world.delivery_partners),
    )


def _same_declared(
    declared: Iterable[Declaration], request: rules.DeclarationRequest, lead_provider: str
) -> str | None:
    """The state of a live declaration that is the same as the one in the request."""
    declared_at = rules.parse_declaration_date(request.declaration_date)
    wanted = (lead_provider, request.declaration_type, declared_at)
    return next(
        (
            made.state
            for made in declared
            if (made.lead_provider, made.declaration_type, made.declared_at) == wanted
            and made.state in LIVE_STATES
        ),
        None,
    )


def _declared_by_same_trn(
    world: World, application: Application, declaration_type: str | None
) -> Declaration | None:
    """The oldest live declaration of this type for another account with the same TRN."""
    person = world.people[application.participant_id]
    theirs = [
        declaration
        for other in world.same_trn(person)
        for record in world.applications_of(other.participant_id)
        for declaration in world.declarations_of(record.application_id)
        if courses.same_course(record.course, application.course)
        and declaration.declaration_type == declaration_type
        and declaration.state in LIVE_STATES
        and declaration.superseded_by is None
    ]
    return min(theirs, key=lambda declaration: declaration.created_at, default=None)


def void(asking: Asking, declaration_id: str) -> Any:
    """Take a declaration back; what was paid is clawed back on the next statement."""
    world, record = asking.world, _found(asking, declaration_id)
    application = _application_of(world, record)
    statement = rules.next_output_statement(
        world.statements_of(asking.lead_provider, record.cohort), asking.at.date()
    )
    refuse_if(
        rules.check_void(
            rules.VoidContext(
                state=record.state,
                cohort_year=cohort_year(record.cohort),
                made_by_caller=record.lead_provider == asking.lead_provider,
                has_next_statement=statement is not None,
            )
        )
    )
    record.state, record.updated_at = rules.state_once_voided(record.state), asking.at
    if record.state == "awaiting_clawback" and statement is not None:
        world.attach_clawback(record, statement.statement_id)
    existing = world.outcomes_of(record.declaration_id)
    if voids_outcome(
        course=application.course,
        declaration_type=record.declaration_type,
        latest_state=existing[-1].state if existing else None,
    ):
        outcomes.add(asking, record, "voided", record.declared_at.date())
    return rendering.declaration(world, record)


def change_delivery_partner(asking: Asking, declaration_id: str) -> Any:
    """Name other delivery partners: both, so that one which is left out is taken away."""
    world, record = asking.world, _found(asking, declaration_id)
    application = _application_of(world, record)
    made_by_caller = record.lead_provider == asking.lead_provider
    attributes = asking.attributes() if made_by_caller else {}
    first = id_or_none(attributes.get("delivery_partner_id"))
    second = id_or_none(attributes.get("secondary_delivery_partner_id"))
    refuse_if(
        check_change_delivery_partner(
            DeclaredPartners(
                cohort_year=cohort_year(record.cohort),
                in_england=application.in_england,
                delivery_partner_id=record.delivery_partner_id,
                secondary_delivery_partner_id=record.secondary_delivery_partner_id,
                made_by_caller=made_by_caller,
            ),
            delivery_partner_id=first,
            secondary_delivery_partner_id=second,
            known_delivery_partners=world.delivery_partners,
            confirmed_delivery_partners=world.confirmed_partners(
                record.lead_provider, record.cohort
            ),
        )
    )
    record.delivery_partner_id, record.secondary_delivery_partner_id = first, second or None
    record.updated_at = asking.at
    return rendering.declaration(world, record)
