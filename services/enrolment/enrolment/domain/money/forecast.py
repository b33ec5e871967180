"""Forecast: which declarations are still to come, how many, and in which statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from enrolment.domain.declarations import Milestone
from enrolment.domain.dfe.declarations import Statement, next_output_statement


@dataclass(frozen=True, kw_only=True)
class Enrolments:
    """Those of one course and schedule who are in training and paid for by DfE.

    `declared`: type → how many of them DfE has it for.
    """

    course: str
    milestones: Sequence[Milestone]
    number: int
    declared: Mapping[str, int]


@dataclass(frozen=True)
class ToCome:
    """Declarations of a course that are expected; `statement_id` None: after the last one."""

    course: str
    declaration_type: str
    statement_id: str | None
    number: Fraction


def declarations_to_come(
    enrolments: Enrolments, statements: Sequence[Statement], *, retention: Fraction, on: date
) -> list[ToCome]:
    """Each milestone is reached by `retention` of those who reached the one before it.

    It is paid with the next output statement that is open at its deadline, or now if that is past.
    """
    expected, reached, to_come = Fraction(0), enrolments.number, []
    for milestone in enrolments.milestones:
        declared = min(enrolments.declared.get(milestone.declaration_type, 0), reached)
        waiting = reached - declared
        expected = (expected + waiting) * retention
        if expected:
            paid_in = next_output_statement(statements, max(milestone.deadline_on, on))
            to_come.append(
                ToCome(
                    enrolments.course,
                    milestone.declaration_type,
                    paid_in.statement_id if paid_in else None,
                    expected,
                )
            )
        reached = declared
    return to_come
