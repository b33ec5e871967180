"""The suites about money: a course's line on a statement, its total, a statement's life."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from cli.dfe_cases.comparing import OneOf
from cli.dfe_cases.declarations import day, instant
from cli.dfe_cases.suites import Json, Suite, keys
from enrolment.domain.dfe import payments, statements

COUNTS = ("billable", "refundable", "tdf_billable_starts", "tdf_refundable_starts")
PERCENTAGES = ("output_payment_percentage", "service_fee_percentage")
A_DAY = timedelta(days=1)
EVENTS = ("daily_job", "mark_payable", "mark_paid", "authorise", "revert")
WHOLE = ("number_of_payment_periods", "service_fee_installments", "recruitment_target")


def amount(value: Any) -> Decimal:
    """An exact number. Raises ValueError for what is none."""
    if isinstance(value, bool) or value is None:
        raise ValueError(f"{value} is no amount")
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError) as error:
        raise ValueError(f"{value} is no amount") from error


def whole(value: Any) -> int:
    """A whole number. Raises ValueError for what is none."""
    read = amount(value)
    if read != int(read):
        raise ValueError(f"{value} is no whole number")
    return int(read)


def payment(given: Json) -> Json:
    """A course's line."""
    line = payments.pay_for_course(read_template(given), _counts(given))
    return {
        "output_per_participant": line.output_per_participant,
        "output_subtotal": line.output_subtotal,
        "clawback": line.clawback,
        "service_fee_per_participant": line.service_fee_per_participant,
        "monthly_service_fee": line.monthly_service_fee,
        "targeted_delivery_funding": line.tdf_subtotal,
        "tdf_subtotal": line.tdf_subtotal,
        "tdf_clawback": line.tdf_clawback,
        "course_total": line.total,
    }


def read_template(given: Json) -> payments.ContractTemplate:
    """The figures of a contract."""
    fixed = given.get("monthly_service_fee")
    tdf = given.get("targeted_delivery_funding_per_participant")
    return payments.ContractTemplate(
        per_participant=amount(given["per_participant"]),
        recruitment_target=whole(given["recruitment_target"]),
        output_payment_percentage=whole(given["output_payment_percentage"]),
        number_of_payment_periods=whole(given["number_of_payment_periods"]),
        service_fee_percentage=whole(given["service_fee_percentage"]),
        service_fee_installments=whole(given["service_fee_installments"]),
        monthly_service_fee=None if fixed is None else amount(fixed),
        targeted_delivery_funding_per_participant=payments.TARGETED_DELIVERY_FUNDING
        if tdf is None
        else amount(tdf),
        special_course=bool(given.get("special_course", False)),
    )


def _counts(given: Json) -> payments.ItemCounts:
    told = {name: whole(given.get(name, 0)) for name in COUNTS}
    counts = payments.ItemCounts(
        billable=told["billable"],
        refundable=told["refundable"],
        tdf_billable=told["tdf_billable_starts"],
        tdf_refundable=told["tdf_refundable_starts"],
    )
    month = given.get("statement_month")
    if month is None:
        return counts
    paid = payments.pays_targeted_delivery_funding(
        course=given["course"],
        statement_month=_month(month),
        cohort_year=whole(given["cohort_start_year"]),
    )
    return counts if paid else replace(counts, tdf_billable=0, tdf_refundable=0)


def _month(text: Any) -> date:
    """`2025-10`, or a day in it."""
    return day(str(text) if len(str(text)) > len("2025-10") else f"{text}-01")


def statement_total(given: Json) -> Json:
    """A statement's total, from its sums or from the figures of its contracts."""
    contracts = given.get("contracts")
    if contracts is None:
        sums = payments.StatementAmounts(
            service_fees=amount(given.get("service_fees", 0)),
            outputs=amount(given.get("outputs", 0)),
            clawbacks=amount(given.get("clawbacks", 0)),
            tdf=amount(given.get("tdf", 0)),
            tdf_clawbacks=amount(given.get("tdf_clawbacks", 0)),
        )
    else:
        templates = [(read_template(contract), _counts(contract)) for contract in contracts]
        lines = [(told, payments.pay_for_course(told, counts)) for told, counts in templates]
        sums = payments.sum_lines(lines)
    total = payments.statement_total(
        sums,
        adjustments=[_adjustment(one) for one in given.get("adjustments") or ()],
        reconcile_amount=amount(given.get("reconcile_amount") or 0),
    )
    return {"total": total, "display": str(payments.in_pence(total))}


def _adjustment(told: Any) -> Decimal:
    return amount(told["amount"] if isinstance(told, dict) else told)


def statement_lifecycle(given: Json) -> Json:
    """What an event does to a statement and its declarations."""
    told, event = given["statement"], _event(given["event"])
    facts = statements.StatementFacts(
        state=told["state"],
        deadline_on=day(told["deadline_date"]),
        output_fee=bool(told.get("output_fee", True)),
        payment_on=day(told["payment_date"]) if told.get("payment_date") else None,
        authorised=bool(told.get("marked_as_paid_at")),
    )
    declarations: Sequence[str] = given["declarations"]
    try:
        moved = _happens(event, facts, declarations, given.get("now"))
    except statements.InvalidTransition as error:
        unchanged = {"statement": facts.state, "declarations": list(declarations)}
        return unchanged | {"error": OneOf("invalid transition", str(error))}
    return {"statement": moved.state, "declarations": list(moved.declarations), "error": None}


def _happens(
    event: str, facts: statements.StatementFacts, declarations: Sequence[str], now: Any
) -> statements.Moved:
    if event == "daily_job":
        return statements.run_daily_job(facts, declarations, at=instant(now))
    if event == "mark_payable":
        return statements.mark_payable(facts, declarations)
    if event == "mark_paid":
        return statements.mark_paid(facts, declarations)
    if event == "authorise":
        at = datetime.combine(facts.deadline_on + A_DAY, time.min, UTC) if now is None else None
        if not statements.may_be_authorised(facts, declarations, at=at or instant(now)):
            raise statements.InvalidTransition("the payment cannot be authorised")
        return statements.mark_paid(facts, declarations)
    if event == "revert":  # an administrator, of what is payable; the statement stays as it is
        back = [statements.after("revert_to_eligible", state) for state in declarations]
        return statements.Moved(facts.state, tuple(back))
    raise ValueError(f"event is one of {', '.join(EVENTS)}, not {event}")


def _event(told: Any) -> str:
    """The name that we have for it: `mark_as_paid`, `authorize_payment`, `revert_to_eligible`."""
    plain = str(told).casefold().replace("-", "_").replace(" ", "_").replace("_as_", "_")
    plain = plain.replace("authoriz", "authoris")
    return next((name for name in EVENTS if plain.startswith(name)), plain)


CONTRACT = {
    **keys("per_participant", "monthly_service_fee", "targeted_delivery_funding_per_participant"),
    **keys("special_course", "course", "statement_month", "cohort_start_year"),
    **keys(*PERCENTAGES, *WHOLE, *COUNTS),
}

SUITES = {
    "payment": Suite(
        run=payment,
        shape=CONTRACT,
        tells=frozenset(
            {
                *("output_per_participant", "output_subtotal", "clawback", "course_total"),
                *("service_fee_per_participant", "monthly_service_fee"),
                *("targeted_delivery_funding", "tdf_subtotal", "tdf_clawback"),
            }
        ),
    ),
    "statement_total": Suite(
        run=statement_total,
        shape={
            **keys("service_fees", "outputs", "clawbacks", "tdf", "tdf_clawbacks"),
            **keys("reconcile_amount"),
            "adjustments": [keys("description", "amount")],
            "contracts": [CONTRACT],
        },
        tells=frozenset({"total", "display"}),
    ),
    "statement_lifecycle": Suite(
        run=statement_lifecycle,
        shape={
            **keys("event", "now", "declarations"),
            "statement": keys(
                "id", "state", "deadline_date", "payment_date", "output_fee", "marked_as_paid_at"
            ),
        },
        tells=frozenset({"statement", "declarations", "error"}),
    ),
}
