"""`headship money`: the ledger as one file, income beside what was expected, what differs."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from accounts import a_contract, follow
from enrolling import COHORT, acceptance_of, autumn_schedule

from cli.app import run
from cli.money import command
from headship_contracts.enrolment.fees import AgreeFee, ExportLedger


@pytest.fixture
def at_the_service(enrolling, monkeypatch):
    """The command asks this service, as it would one on a broker."""

    class Asking:
        def __init__(self, _broker, *, embedded):
            assert not embedded

        def __enter__(self):
            return enrolling.call

        def __exit__(self, *_raised):
            return None

    monkeypatch.setattr(command, "asking", Asking)
    return enrolling


def test_the_ledger_is_one_file_that_balances(at_the_service, tmp_path):
    enrolling = at_the_service
    enrolling.sync()
    unfunded = next(a for a in enrolling.applications() if not a.eligible_for_funding)
    enrolling.call(acceptance_of(unfunded))
    enrolling.push()
    for payer in ("school", "self"):
        enrolling.call(
            AgreeFee(application_id=unfunded.application_id, payer=payer, amount=Decimal("100.10"))
        )
    file = tmp_path / "ledger.csv"

    assert run(["money", "ledger", str(file)]) == 0

    in_pieces = "".join(command.ledger_of(enrolling.call, ExportLedger(limit=1)))
    written = file.read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    assert written == in_pieces
    assert len(rows) == 4
    assert sum(Decimal(row["debit"]) - Decimal(row["credit"]) for row in rows) == 0
    assert list(tmp_path.iterdir()) == [file]


def test_income_stands_beside_what_was_expected(at_the_service, capsys):
    enrolling = at_the_service
    enrolling.call(a_contract())
    enrolling.call(autumn_schedule())
    participant = enrolling.accepted()
    follow(enrolling)
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    follow(enrolling)

    assert run(["money", "income", COHORT]) == 0
    table = capsys.readouterr().out
    assert run(["money", "differences", COHORT]) == 0

    december = next(line.split() for line in table.splitlines() if line.startswith("2026-12"))
    assert december[1:] == ["1212.63", "120.00", "0.00", "1332.63", "1332.63", "0.00"]


def test_income_says_what_it_lacks(at_the_service, capsys):
    enrolling = at_the_service
    assert run(["money", "income", COHORT]) == 1
    assert f"no statement of cohort {COHORT}" in capsys.readouterr().err
    enrolling.call(autumn_schedule())
    participant = enrolling.accepted()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    follow(enrolling)

    assert run(["money", "income", COHORT]) == 0

    assert "no contract here: npq-headship" in capsys.readouterr().err


def test_what_differs_ends_the_command_with_one(at_the_service, capsys):
    enrolling = at_the_service
    enrolling.call(autumn_schedule())
    participant = enrolling.accepted()
    follow(enrolling)
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    (record,) = enrolling.dfe.world.declarations.values()
    record.state, record.statement_id = "ineligible", None
    record.updated_at = enrolling.at + timedelta(hours=1)
    follow(enrolling)

    assert run(["money", "differences", COHORT, "--json"]) == 1
    assert '"code": "ineligible"' in capsys.readouterr().out


def test_a_day_that_is_none_is_told(at_the_service, capsys):
    assert run(["money", "ledger", "--from", "1st May"]) == 1
    assert "no date such as 2026-10-01" in capsys.readouterr().err
