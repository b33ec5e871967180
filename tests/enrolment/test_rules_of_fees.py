"""Fees to the penny: whatever happens, the ledger comes to nothing and nobody pays too much."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from enrolment.domain.money import fees as rules
from enrolment.domain.money.ledger_csv import written
from headship_contracts.errors import Invalid, Refused

PENCE = st.integers(1, 500_000).map(lambda pence: pence * rules.PENNY)
DAYS = st.dates(date(2023, 1, 1), date(2030, 12, 31))
FIRST = date(2026, 10, 31)


@given(amount=PENCE, number=st.integers(1, 60), first=DAYS, apart=st.integers(1, 12))
def test_instalments_come_to_the_fee_to_the_penny(amount, number, first, apart):
    if amount < number * rules.PENNY:
        with pytest.raises(Invalid, match="more than the fee has pennies"):
            rules.divide(amount, number)
        return

    parts = rules.in_instalments(amount, first, number=number, months_apart=apart)

    assert sum(part.amount for part in parts) == amount
    assert max(p.amount for p in parts) - min(p.amount for p in parts) <= rules.PENNY
    days = [part.due_on for part in parts]
    assert (len(set(days)), days) == (number, sorted(days))


def test_pennies_that_cannot_be_divided_come_first():
    parts = rules.in_instalments(Decimal(100), FIRST, number=3, months_apart=1)

    assert [part.amount for part in parts] == [Decimal(a) for a in ("33.34", "33.33", "33.33")]
    assert [p.due_on for p in parts] == [FIRST, date(2026, 11, 30), date(2026, 12, 31)]


@pytest.mark.parametrize(
    ("amount", "problem"),
    [
        ("0", "more than 0"),
        ("-1", "more than 0"),
        ("NaN", "more than 0"),
        ("1000000.01", "at most 1,000,000"),
        ("1.001", "no parts of a penny"),
    ],
)
def test_an_amount_is_a_sum_of_money(amount, problem):
    with pytest.raises(Invalid, match=problem):
        rules.check_amount(Decimal(amount))


def test_parts_agreed_by_themselves_come_to_the_fee_in_order():
    early, late = rules.Part(FIRST, Decimal(60)), rules.Part(date(2027, 1, 1), Decimal(40))

    rules.check_parts(Decimal(100), [early, late])
    with pytest.raises(Invalid, match="come to 100, not to 101"):
        rules.check_parts(Decimal(101), [early, late])
    with pytest.raises(Invalid, match="order of their days"):
        rules.check_parts(Decimal(100), [late, early])


def test_what_is_paid_settles_the_oldest_instalment_first():
    parts = rules.in_instalments(Decimal(300), FIRST, number=3, months_apart=1)
    sums = rules.Sums(amount=Decimal(300), paid=Decimal(150))
    on = date(2026, 12, 1)

    taken = rules.settled(parts, sums)

    assert taken == [100, 50, 0]
    states = [rules.state_of(p, t, on) for p, t in zip(parts, taken, strict=True)]
    assert states == ["settled", "overdue", "to_come"]
    assert rules.overdue(parts, sums, on) == 50


class Ledger(RuleBasedStateMachine):
    """A fee, and everything that may be tried with it."""

    def __init__(self):
        super().__init__()
        self.sums = rules.Sums(amount=Decimal(1_000))
        self.lines = rules.entry(rules.FEE, Decimal(1_000))

    def _try(self, kind, name, amount):
        before = self.sums
        try:
            rules.check_entry(kind, amount, before)
        except Refused:
            return
        self.sums = rules.Sums(**{**vars(before), name: getattr(before, name) + amount})
        self.lines += rules.entry(kind, amount)

    @rule(amount=PENCE)
    def pay(self, amount):
        self._try(rules.PAYMENT, "paid", amount)

    @rule(amount=PENCE)
    def credit(self, amount):
        self._try(rules.CREDIT_NOTE, "credited", amount)

    @rule(amount=PENCE)
    def refund(self, amount):
        self._try(rules.REFUND, "refunded", amount)

    @rule()
    def pay_what_is_left(self):
        self._try(rules.PAYMENT, "paid", max(self.sums.balance, rules.PENNY))

    @rule()
    def credit_all(self):
        self._try(rules.CREDIT_NOTE, "credited", max(self.sums.charged, rules.PENNY))

    @invariant()
    def the_ledger_comes_to_nothing(self):
        assert sum(line.amount for line in self.lines) == 0

    @invariant()
    def the_payers_account_says_what_they_owe(self):
        found = rules.balances(self.lines)
        assert found[rules.RECEIVABLE] == self.sums.balance
        assert found[rules.FEE_INCOME] == -self.sums.charged
        assert found[rules.BANK] == self.sums.paid - self.sums.refunded

    @invariant()
    def nobody_pays_more_than_was_charged_nor_gets_back_more_than_they_paid(self):
        assert 0 <= self.sums.charged <= self.sums.amount
        assert self.sums.refunded <= self.sums.paid
        assert self.sums.balance <= self.sums.charged

    @invariant()
    def instalments_settle_what_is_not_owed_any_more(self):
        parts = rules.in_instalments(self.sums.amount, FIRST, number=7, months_apart=1)
        left = sum(p.amount for p in parts) - sum(rules.settled(parts, self.sums))
        assert left == max(self.sums.balance, 0)


TestLedger = Ledger.TestCase


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@here", " =1", "\tx", "＝1"])
def test_no_cell_of_the_ledger_begins_a_formula(cell):
    line = dict.fromkeys(
        ("entry", "entered_on", "kind", "fee_id", "application_id", "payer", "account"), "x"
    )
    table = written(
        [{**line, "payer_reference": cell, "debit": "0.00", "credit": "1.00", "reference": cell}],
        header=True,
    )

    header, row, *_ = table.split("\r\n")
    assert header.startswith("entry,entered_on,kind")
    assert row.count("'") == 2
