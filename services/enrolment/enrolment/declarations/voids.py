"""Taking declarations back: the last one first, at DfE and here."""

from sqlalchemy import select

from enrolment import queries, schemas
from enrolment.applications.deciding import refuse_for
from enrolment.domain import declarations as rules
from enrolment.domain.dfe import declarations as twin
from enrolment.domain.dfe.schedules import cohort_year
from enrolment.models import Application, Declaration
from enrolment.money.calendars import calendars
from enrolment.traffic.writes import owe
from headship_contracts.enrolment.batches import VoidDeclaration
from headship_contracts.enrolment.declarations import DeclarationRecord
from headship_contracts.enrolment.events import DeclarationVoided
from headship_contracts.errors import Conflict, NotFound, Refused
from kit import Transaction


def void_declaration(
    tx: Transaction, request: VoidDeclaration, own_name: str | None
) -> DeclarationRecord:
    """Owe DfE the void. One that DfE never took is dropped at once. `own_name`: what DfE calls us,
    as the settings say."""
    known = tx.get(Declaration, request.declaration_id)
    if known is None:
        raise NotFound("declaration_not_found", str(request.declaration_id))
    application = queries.lock_application(tx, known.application_id)
    wanted = select(Declaration).where(Declaration.id == known.id).with_for_update(of=Declaration)
    declaration = tx.scalars(wanted.execution_options(populate_existing=True)).one()
    if request.revision not in (None, declaration.revision):
        raise Conflict("stale_revision", f"it is at revision {declaration.revision} by now")
    _check(tx, application, declaration, own_name or queries.own_name_at_dfe(tx))
    declaration.void_reason, declaration.problem = request.reason, None
    if declaration.state == rules.REFUSED:
        _drop(tx, declaration)
    else:
        _owe(tx, application, declaration)
    return schemas.declaration_record(declaration, queries.evidence_of(tx, [application.id]))


def _check(
    tx: Transaction, application: Application, declaration: Declaration, own_name: str | None
) -> None:
    """Raises Refused where our order or DfE's rules say no."""
    if declaration.decision is not None:
        raise Refused("decision_pending", f"{declaration.decision}: DfE has not answered yet")
    if declaration.state == rules.READY:
        raise Refused("declaration_on_its_way", "DfE has not answered yet")
    made = [
        rules.Made(declaration_type=d.declaration_type, state=d.state)
        for d in queries.declarations_of(tx, [application.id])
    ]  # one that is being voided stands until DfE has answered
    later = rules.standing_after(declaration.declaration_type, made)
    if later is not None and declaration.state in rules.STANDING:
        raise Refused("void_the_later_one_first", f"{later} stands")
    if declaration.state == rules.REFUSED:
        return
    next_output = calendars(tx).next_output(application.cohort, tx.at.date())
    refuse_for(
        twin.check_void(
            twin.VoidContext(
                state=declaration.state,
                cohort_year=cohort_year(application.cohort),
                made_by_caller=queries.made_by_us(declaration, own_name),
                has_next_statement=next_output is not None,
            )
        )
    )


def _drop(tx: Transaction, declaration: Declaration) -> None:
    declaration.state = "voided"
    declaration.revision = tx.next_revision(declaration.revision)
    tx.emit(DeclarationVoided(**schemas.declaration_state(declaration), state=declaration.state))


def _owe(tx: Transaction, application: Application, declaration: Declaration) -> None:
    declaration.decision = "voiding"
    if twin.state_once_voided(declaration.state) == "awaiting_clawback":
        declaration.expected_clawback_id = calendars(tx).next_output_id(
            application.cohort, tx.at.date()
        )
    declaration.revision = tx.next_revision(declaration.revision)
    owe(tx, application, "void", {}, subject=str(declaration.id))
