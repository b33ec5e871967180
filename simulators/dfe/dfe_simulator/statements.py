"""A provider's statements for a cohort, and what the days do to them and their declarations."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from dfe_simulator.records import Declaration, StatementRecord
from enrolment.domain.dfe import statements as rules
from enrolment.domain.dfe.schedules import cohort_year, schedules_of_cohort

if TYPE_CHECKING:
    from dfe_simulator.world import World

MONTHS = 48


def add_statements(world: "World", lead_provider: str, cohort: str, ids: Iterator[str]) -> None:
    """A statement for each month of a cohort, for four years: from its autumn on, or from the month
    after its first schedule starts where that is earlier.

    As in DfE's seeds: output fees in March, June, September, December and the last month; the
    deadline about the 25th of the month before, the payment a month later.
    """
    year = cohort_year(cohort)
    starts_on = min(schedule.applies_from for schedule in schedules_of_cohort(cohort))
    after_start = starts_on.year * 12 + starts_on.month  # months since the year 0, as below
    first = min(year * 12 + 8, after_start)
    made_at = datetime((first - 3) // 12, (first - 3) % 12 + 1, 1, tzinfo=UTC)
    for number in range(first, first + MONTHS):
        in_year, month = number // 12, number % 12 + 1
        paid_on = date(in_year, month, 25)
        world.add_statement(
            StatementRecord(
                statement_id=next(ids),
                lead_provider=lead_provider,
                cohort=cohort,
                year=in_year,
                month=month,
                deadline_on=(paid_on.replace(day=1) - timedelta(days=1)).replace(day=25),
                paid_on=paid_on,
                output_fee=month % 3 == 0 or number == first + MONTHS - 1,
                created_at=made_at,
                updated_at=made_at,
            )
        )


def let_days_pass(world: "World", today: date, at: datetime) -> bool:
    """Bring all statements to `today`, and say whether any changed. A statement closes on the day
    after its deadline. At DfE a person authorises a payment, as soon as its rules let them, and
    here that happens on the payment day. Days never go back.
    """
    if world.day is not None and today <= world.day:
        return False
    world.day = today
    changed = False
    for statement in world.statements.values():
        if statement.state == "open" and statement.deadline_on < today:
            moved = rules.mark_payable(_facts(statement), _states(world, statement))
            changed |= _move(world, statement, moved, at)
        if statement.paid_on <= today and rules.may_be_authorised(
            _facts(statement), _states(world, statement), at=at
        ):
            moved = rules.mark_paid(_facts(statement), _states(world, statement))
            changed |= _move(world, statement, moved, at)
    return changed


def _facts(statement: StatementRecord) -> rules.StatementFacts:
    return rules.StatementFacts(
        state=statement.state,
        deadline_on=statement.deadline_on,
        output_fee=statement.output_fee,
        payment_on=statement.paid_on,
    )


def _items(world: "World", statement: StatementRecord) -> list[Declaration]:
    """The declarations that this statement is to pay or to claw back, each where it stands now."""
    return [
        declaration
        for declaration in world.declarations_on(statement.statement_id)
        if (declaration.clawback_statement_id == statement.statement_id)
        == (declaration.state in ("awaiting_clawback", "clawed_back"))
    ]


def _states(world: "World", statement: StatementRecord) -> list[str]:
    return [declaration.state for declaration in _items(world, statement)]


def _move(world: "World", statement: StatementRecord, moved: rules.Moved, at: datetime) -> bool:
    items = _items(world, statement)
    statement.state, statement.updated_at = moved.state, at
    for declaration, state in zip(items, moved.declarations, strict=True):
        if declaration.state != state:
            declaration.state, declaration.updated_at = state, at
    return True
