"""Fees: instalments to the penny, what is settled and overdue, and entries that balance.

A debit is positive, a credit negative: the lines of an entry come to nothing. An amount that a
payer owes stands on `receivable`, what was charged on `fee_income`, what came in on `bank`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headship_contracts.errors import Invalid, Refused

RECEIVABLE, FEE_INCOME, BANK = "receivable", "fee_income", "bank"
ACCOUNTS = (RECEIVABLE, FEE_INCOME, BANK)

FEE, PAYMENT, CREDIT_NOTE, REFUND = "fee", "payment", "credit_note", "refund"

SIDES = {
    FEE: (RECEIVABLE, FEE_INCOME),
    PAYMENT: (BANK, RECEIVABLE),
    CREDIT_NOTE: (FEE_INCOME, RECEIVABLE),
    REFUND: (RECEIVABLE, BANK),
}
"""Kind of entry → (account debited, account credited)."""

PENNY = Decimal("0.01")
NOTHING = Decimal("0.00")
LARGEST = Decimal(1_000_000)


@dataclass(frozen=True)
class Part:
    """An instalment."""

    due_on: date
    amount: Decimal


@dataclass(frozen=True)
class Line:
    """One side of an entry: a debit is positive."""

    account: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What has happened to a fee so far."""

    amount: Decimal
    credited: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)

    @property
    def charged(self) -> Decimal:
        """The fee less its credit notes."""
        return self.amount - self.credited

    @property
    def balance(self) -> Decimal:
        """What is still to be paid; below zero it is owed to the payer."""
        return self.charged - self.paid + self.refunded


def check_amount(amount: Decimal, field: str = "amount") -> None:
    """Raises Invalid for what is no sum of money in pence."""
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or not 0 < amount <= LARGEST:
        problem = f"must be more than 0 and at most {LARGEST:,}"
    elif amount != amount.quantize(PENNY):
        problem = "must have no parts of a penny"
    else:
        return
    raise Invalid("invalid_fields", "the amount is not right", {field: [problem]})


def divide(amount: Decimal, number: int) -> list[Decimal]:
    """Equal parts to the penny; pennies that cannot be divided go to the first ones."""
    pennies = int(amount / PENNY)
    if number < 1 or pennies < number:
        problem = {"instalments": ["are more than the fee has pennies"]}
        raise Invalid("invalid_fields", "the fee is not right", problem)
    each, over = divmod(pennies, number)
    return [(each + (place < over)) * PENNY for place in range(number)]


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or that month's last one."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def in_instalments(
    amount: Decimal, first_due_on: date, *, number: int, months_apart: int
) -> list[Part]:
    """Equal parts, so many months apart."""
    return [
        Part(months_later(first_due_on, place * months_apart), part)
        for place, part in enumerate(divide(amount, number))
    ]


def check_parts(amount: Decimal, parts: Sequence[Part]) -> None:
    """Parts that were agreed one by one come to the fee, in the order of their days."""
    for place, part in enumerate(parts):
        check_amount(part.amount, f"parts.{place}.amount")
    total = sum((part.amount for part in parts), Decimal(0))
    days = [part.due_on for part in parts]
    if total != amount:
        problem = {"parts": [f"come to {total}, not to {amount}"]}
    elif days != sorted(days):
        problem = {"parts": ["are not in the order of their days"]}
    else:
        return
    raise Invalid("invalid_fields", "the fee is not right", problem)


def settled(parts: Sequence[Part], sums: Sums) -> list[Decimal]:
    """How much of each instalment is paid or credited: the oldest first."""
    left, found = sums.amount - max(sums.balance, Decimal(0)), []
    for part in parts:
        taken = min(part.amount, left)
        found.append(taken)
        left -= taken
    return found


def state_of(part: Part, taken: Decimal, on: date) -> str:
    """How an instalment stands on a day."""
    if taken == part.amount:
        return "settled"
    if part.due_on < on:
        return "overdue"
    return "due" if part.due_on == on else "to_come"


def overdue(parts: Sequence[Part], sums: Sums, on: date) -> Decimal:
    """What should have been paid before a day, and is not."""
    taken = settled(parts, sums)
    late = [p.amount - t for p, t in zip(parts, taken, strict=True) if p.due_on < on]
    return sum(late, Decimal(0))


def entry(kind: str, amount: Decimal) -> list[Line]:
    """The two lines of an entry; they come to nothing."""
    debited, credited = SIDES[kind]
    return [Line(debited, amount), Line(credited, -amount)]


def check_entry(kind: str, amount: Decimal, sums: Sums) -> None:
    """Raises Refused for more than there is to pay, to credit, or to give back."""
    most = {
        PAYMENT: max(sums.balance, Decimal(0)),
        CREDIT_NOTE: sums.charged,
        REFUND: max(-sums.balance, Decimal(0)),
    }[kind]
    if amount > most:
        raise Refused(f"{kind}_too_large", f"{amount} is more than {most:.2f}")


def balances(lines: Iterable[Line]) -> dict[str, Decimal]:
    """Account → debits less credits."""
    found = dict.fromkeys(ACCOUNTS, Decimal(0))
    for line in lines:
        found[line.account] += line.amount
    return found
