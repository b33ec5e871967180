"""Fees: what school, trust or participant owe for a place that DfE does not pay for."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import select

from enrolment import queries
from enrolment.declarations.standing import is_fundable
from enrolment.domain.money import fees as rules
from enrolment.domain.revisions import check_revision
from enrolment.models import Application, Fee, Instalment, School
from enrolment.money import ledger
from headship_contracts.assessment.events import SubmissionReceived
from headship_contracts.enrolment.fees import (
    AgreeFee,
    CreditFee,
    FeePage,
    FeeRecord,
    GetFee,
    InstalmentRecord,
    ListFees,
    RecordPayment,
    RefundFee,
)
from headship_contracts.errors import Invalid, NotFound, Refused
from kit import Transaction
from kit.clock import LONDON
from kit.paging import page


def agree_fee(tx: Transaction, request: AgreeFee) -> FeeRecord:
    """Charge a payer."""
    application = queries.lock_application(tx, request.application_id)
    check_revision(application.revision, request.if_revision)
    if application.status in ("rejected", "removed"):
        raise Refused(f"already_{application.status}", "there is no place to pay for")
    if _dfe_pays(application):
        raise Refused("dfe_pays", "DfE pays for this place: set its funded place to false first")
    rules.check_amount(request.amount)
    payer_reference = request.payer_reference or _payer_of(tx, application, request.payer)
    _check_not_charged(tx, application, request.payer, payer_reference)
    payer = (request.payer, payer_reference)
    fee = _charge(tx, application, payer, request.amount, _parts(tx, request))
    return _record(tx, fee, ledger.sums_of(tx, [fee])[fee.id])


def charge_resubmission(tx: Transaction, event: SubmissionReceived) -> None:
    """A script after a fail arrived, which costs a fee: whoever pays for the place owes it, else
    the participant; nobody where DfE pays. A script that is replaced costs nothing more."""
    if not event.fee:
        return
    rules.check_amount(event.fee, "fee")
    application = queries.lock_if_known(tx, event.application_id)
    if application is None or _dfe_pays(application):
        return
    known = tx.scalars(
        select(Fee).where(Fee.application_id == application.id).order_by(Fee.created_at, Fee.id)
    ).all()
    if any(fee.attempt == event.attempt for fee in known):
        return
    places = [fee for fee in known if fee.attempt is None]
    sums = ledger.sums_of(tx, places)
    payer = next(
        ((fee.payer, fee.payer_reference) for fee in places if sums[fee.id].charged > 0),
        ("self", str(application.participant_id)),
    )
    parts = [rules.Part(_today(tx), event.fee)]
    _charge(tx, application, payer, event.fee, parts, attempt=event.attempt)


def record_payment(tx: Transaction, request: RecordPayment) -> FeeRecord:
    """Money came in."""
    on = _past_day(tx, "received_on", request.received_on)
    return _happened(tx, request, rules.PAYMENT, on=on, reference=request.reference)


def credit_fee(tx: Transaction, request: CreditFee) -> FeeRecord:
    """Less is charged."""
    return _happened(tx, request, rules.CREDIT_NOTE, on=_today(tx), reference=request.reason)


def refund_fee(tx: Transaction, request: RefundFee) -> FeeRecord:
    """Money went back."""
    on = _past_day(tx, "refunded_on", request.refunded_on)
    return _happened(tx, request, rules.REFUND, on=on, reference=request.reference)


def get_fee(tx: Transaction, request: GetFee) -> FeeRecord:
    """One fee."""
    fee = tx.get(Fee, request.fee_id)
    if fee is None:
        raise NotFound("fee_not_found", str(request.fee_id))
    return _record(tx, fee, ledger.sums_of(tx, [fee])[fee.id])


def list_fees(tx: Transaction, request: ListFees) -> FeePage:
    """Oldest first."""
    wanted = select(Fee)
    for name in ("application_id", "payer", "payer_reference"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Fee, name) == value)
    if request.cohort is not None:
        wanted = wanted.join(Fee.application).where(Application.cohort == request.cohort)
    keys = (Fee.created_at, Fee.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    sums = ledger.sums_of(tx, found)
    records = [_record(tx, fee, sums[fee.id]) for fee in found]
    return FeePage(
        items=[record for record in records if record.overdue > 0 or not request.overdue],
        next_cursor=cursor,
    )


def _charge(
    tx: Transaction,
    application: Application,
    payer: tuple[str, str],
    amount: Decimal,
    parts: Sequence[rules.Part],
    attempt: int | None = None,
) -> Fee:
    """Enter a fee that a payer, by kind and reference, owes in these parts."""
    fee = Fee(
        id=uuid4(),
        application_id=application.id,
        application=application,
        payer=payer[0],
        payer_reference=payer[1],
        amount=amount,
        agreed_on=_today(tx),
        created_at=tx.at,
        revision=tx.next_revision(None),
        attempt=attempt,
    )
    fee.instalments = [
        Instalment(number=number, due_on=part.due_on, amount=part.amount)
        for number, part in enumerate(parts, start=1)
    ]
    tx.add(fee)
    tx.flush()  # the ledger names it
    ledger.enter(tx, fee, rules.FEE, amount, on=fee.agreed_on, reference=str(fee.id))
    return fee


def _dfe_pays(application: Application) -> bool:
    return application.dfe_application_id is not None and is_fundable(application)


def _happened(
    tx: Transaction,
    request: RecordPayment | CreditFee | RefundFee,
    kind: str,
    *,
    on: date,
    reference: str,
) -> FeeRecord:
    amount = request.amount
    rules.check_amount(amount)
    wanted = select(Fee).where(Fee.id == request.fee_id).with_for_update(of=Fee)
    fee = tx.scalars(wanted).first()
    if fee is None:
        raise NotFound("fee_not_found", str(request.fee_id))
    check_revision(fee.revision, request.if_revision)
    if not ledger.is_known(tx, fee, kind, amount, reference):
        rules.check_entry(kind, amount, ledger.sums_of(tx, [fee])[fee.id])
        ledger.enter(tx, fee, kind, amount, on=on, reference=reference)
        fee.revision = tx.next_revision(fee.revision)
    return _record(tx, fee, ledger.sums_of(tx, [fee])[fee.id])


def _check_not_charged(
    tx: Transaction, application: Application, payer: str, payer_reference: str
) -> None:
    """Nobody is charged twice for a place, unless all of the first fee was credited."""
    wanted = select(Fee).where(
        Fee.application_id == application.id,
        Fee.payer == payer,
        Fee.payer_reference == payer_reference,
        Fee.attempt.is_(None),
    )
    known = tx.scalars(wanted).all()
    if any(sums.charged > 0 for sums in ledger.sums_of(tx, known).values()):
        raise Refused("already_charged", f"{payer} {payer_reference} has a fee for this place")


def _past_day(tx: Transaction, field: str, day: date | None) -> date:
    today = _today(tx)
    if day is not None and day > today:
        raise Invalid("invalid_fields", "the day is not right", {field: ["lies in the future"]})
    return day or today


def _parts(tx: Transaction, request: AgreeFee) -> Sequence[rules.Part]:
    if request.parts:
        parts = [rules.Part(part.due_on, part.amount) for part in request.parts]
        rules.check_parts(request.amount, parts)
        return parts
    return rules.in_instalments(
        request.amount,
        request.first_due_on or _today(tx),
        number=request.instalments,
        months_apart=request.months_apart,
    )


def _payer_of(tx: Transaction, application: Application, payer: str) -> str:
    """Who pays is known by URN, by the trust's id, or by the participant's."""
    if payer == "self":
        return str(application.participant_id)
    if application.school_urn is None:
        problem = {"payer_reference": ["is needed: no school is known"]}
        raise Invalid("invalid_fields", "the fee is not right", problem)
    if payer == "school":
        return application.school_urn
    school = tx.get(School, application.school_urn)
    if school is None or school.trust_id is None:
        problem = {"payer_reference": ["is needed: no trust is known"]}
        raise Invalid("invalid_fields", "the fee is not right", problem)
    return school.trust_id


def _record(tx: Transaction, of: Fee, sums: rules.Sums) -> FeeRecord:
    today = _today(tx)
    parts = [rules.Part(instalment.due_on, instalment.amount) for instalment in of.instalments]
    taken = rules.settled(parts, sums)
    return FeeRecord(
        fee_id=of.id,
        revision=of.revision,
        application_id=of.application_id,
        payer=of.payer,
        payer_reference=of.payer_reference,
        amount=sums.amount,
        credited=sums.credited,
        paid=sums.paid,
        refunded=sums.refunded,
        balance=sums.balance,
        overdue=rules.overdue(parts, sums, today),
        agreed_on=of.agreed_on,
        instalments=[
            InstalmentRecord(
                number=number,
                due_on=part.due_on,
                amount=part.amount,
                settled=done,
                state=rules.state_of(part, done, today),
            )
            for number, (part, done) in enumerate(zip(parts, taken, strict=True), start=1)
        ],
        created_at=of.created_at,
        attempt=of.attempt,
    )


def _today(tx: Transaction) -> date:
    return tx.at.astimezone(LONDON).date()
