"""Each service hands out all that it holds about a person, and erases it when it may."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from somebody import AT, Somebody, custody_of, moves_in
from sqlalchemy import select

from cli.services import service_class
from headship_contracts.enrolment.events import ErasureDecided
from headship_contracts.protection import ExportPerson, VerifyAudit
from kit.audit.checking import verify
from kit.audit.sealing import seal
from kit.bus.handler import handlers_of
from kit.db import ServiceDatabase
from kit.db.tables import audit, erasures
from kit.personal import retaining
from kit.personal.erasing import Cleared, Decision, Keeping, erase
from kit.personal.exporting import export
from kit.personal.holdings import Custody, Subject
from kit.personal.retention import Rules, load_rules
from kit.testing import a_service, deliver, emitted

ADA, BEN = "ADA-ZZQ", "BEN-ZZQ"
SHARED = {("files", "sha256"), ("files", "size"), ("files", "stored_at")}
"""The one file here is a submission and evidence at once: it is told of as its pieces."""

ANONYMOUS = {
    "applications": "cohort course decision funding_prediction gate_version reserved_cohort "
    "ineligible_for_funding_reason phase schedule source status training_status",
    "enrolments": "cohort course phase schedule status training_status",
    "groups": "cohort course slot",
    "ledger_entries": "kind",
    "ledger_lines": "account",
    "moderations": "drawn frame mandatory nonce rule",
    "reference_markings": "holistic indicative marks",
    "sessions": "audience cancelled_because cohort course joining_details kind meeting_link title "
    "unit_code venue",
    "staff": "roles",
}
"""Facts that stay and are nobody's once the name behind the id is gone."""

MONTH = timedelta(days=31)


def rules_of(service: str) -> Rules:
    return load_rules(f"{service}.protection", custody_of(service).kinds)


def two_people(db: ServiceDatabase) -> tuple[Somebody, Somebody]:
    people = Somebody(ADA), Somebody(BEN)
    for who in people:
        with db.transaction(at=AT) as tx:
            moves_in(tx, db.service, who)
    return people


def said_of(db: ServiceDatabase, mark: str) -> set[str]:
    """table.column wherever a text has this mark."""
    found = set()
    with db.engine.connect() as connection:
        for holding in custody_of(db.service).holdings:
            table = holding.model.__table__
            for row in connection.execute(select(table)).mappings():
                found |= {
                    f"{holding.table}.{name}" for name, value in row.items() if mark in _text(value)
                }
    return found


def erased(db: ServiceDatabase, who: Somebody, at: datetime) -> Cleared:
    with db.transaction(at=at) as tx:
        decision = Decision(uuid4(), who.subject, AT.date())
        return erase(tx, custody_of(db.service), rules_of(db.service), decision)


def exported(db: ServiceDatabase, subject: Subject, limit: int = 7) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    cursor = None
    while True:
        request = ExportPerson(
            person_ids=list(subject.person_ids),
            application_ids=list(subject.application_ids),
            cursor=cursor,
            limit=limit,
        )
        with db.transaction() as tx:
            page = export(tx, custody_of(db.service), request)
        rows += [(row.table, json.loads(row.content)) for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return rows


def test_all_that_is_held_is_handed_out_and_nothing_of_anybody_else(db: ServiceDatabase) -> None:
    ada, _ben = two_people(db)
    custody = custody_of(db.service)

    rows = exported(db, ada.subject)

    told = {(table, name) for table, row in rows for name in row}
    hidden = {holding.table for holding in custody.holdings if holding.shown is not None}
    for holding in custody.holdings:
        if holding.table not in hidden:
            columns = holding.model.__mapper__.column_attrs.keys()
            assert {(holding.table, name) for name in columns} - told <= SHARED
    assert BEN not in json.dumps(rows)
    withheld = {f"{h.table}.{name}" for h in custody.holdings for name in h.withheld}
    somewhere = said_of(db, ADA) - withheld
    assert {one for one in somewhere if one.split(".")[0] not in hidden} <= {
        f"{table}.{name}" for table, row in rows for name, value in row.items() if ADA in str(value)
    }


def test_pages_of_any_size_tell_the_same(db: ServiceDatabase) -> None:
    ada, _ben = two_people(db)

    assert exported(db, ada.subject, limit=1) == exported(db, ada.subject, limit=500)


def test_what_must_be_kept_is_kept_and_the_rest_goes_at_once(db: ServiceDatabase) -> None:
    ada, _ben = two_people(db)
    custody, rules = custody_of(db.service), rules_of(db.service)
    others = said_of(db, BEN)

    cleared = erased(db, ada, AT + MONTH)

    kept = {one.kind for one in cleared.kept}
    assert kept == {kind for kind in custody.kinds if _has_to_stay(rules, custody, kind)}
    for one in cleared.kept:
        assert one.until > AT.date()
        assert "(" in one.why
    assert {one.kind for one in cleared.erased} == custody.kinds - kept
    gone = {holding.table for holding in custody.holdings if holding.kind not in kept}
    stay = {holding.table for holding in custody.holdings if holding.kind in kept}
    assert {one for one in said_of(db, ADA) if one.split(".")[0] in gone - stay} == set()
    assert said_of(db, BEN) == others


def test_when_its_day_has_come_the_rest_goes_too(db: ServiceDatabase) -> None:
    ada, _ben = two_people(db)
    others = said_of(db, BEN)
    erased(db, ada, AT + MONTH)
    told: list[Cleared] = []
    keeping = Keeping(
        custody_of(db.service),
        rules_of(db.service),
        lambda _tx, _decision, cleared: told.append(cleared),
    )

    retaining.run(db, keeping, AT + 124 * MONTH, apply=False)

    assert [one.kept for one in told] in ([], [[]])
    facts = {f"{table}.{name}" for table, names in ANONYMOUS.items() for name in names.split()}
    assert said_of(db, ADA) <= facts
    assert said_of(db, BEN) == others
    with db.transaction() as tx:
        assert tx.scalars(select(erasures.c.next_on)).all() == [None]
    retaining.run(db, keeping, AT + 125 * MONTH, apply=False)
    assert len(told) <= 1


def test_erasing_twice_erases_once(db: ServiceDatabase) -> None:
    ada, _ben = two_people(db)
    decision = Decision(uuid4(), ada.subject, AT.date())
    custody, rules = custody_of(db.service), rules_of(db.service)

    with db.transaction(at=AT + MONTH) as tx:
        first = erase(tx, custody, rules, decision)
    with db.transaction(at=AT + MONTH) as tx:
        second = erase(tx, custody, rules, decision)

    assert second == first


def test_somebody_of_whom_nothing_is_held_is_erased_in_an_instant(db: ServiceDatabase) -> None:
    nobody = Somebody("NOBODY")

    cleared = erased(db, nobody, AT)

    assert cleared == Cleared([], [])


def test_the_audit_trail_outlives_a_run_of_a_clock_that_is_years_ahead(
    db: ServiceDatabase,
) -> None:
    with db.transaction() as tx:
        tx.audit([("read", "person", uuid4()), ("read", "person", uuid4())])
    seal(db.engine)
    keeping = Keeping(custody_of(db.service), rules_of(db.service), lambda *_: None)

    retaining.run(db, keeping, datetime.now(UTC) + 74 * MONTH, apply=True)

    with db.transaction(at=datetime.now(UTC) + 74 * MONTH) as tx:
        assert len(tx.execute(select(audit)).all()) == 2
        assert verify(tx, VerifyAudit()).flaws == []


def test_a_decision_that_arrives_twice_is_handled_and_answered_once(db: ServiceDatabase) -> None:
    ada, _ben = two_people(db)
    told = ErasureDecided(
        revision=1,
        erasure_id=uuid4(),
        person_ids=[ada.person_id],
        application_ids=[ada.application_id],
        ended_on=AT.date(),
    )
    running = service_class(db.service)
    hears = any(ErasureDecided in handler.events for handler in handlers_of(running))
    assert hears is (db.service != "enrolment")  # which decides

    if hears:
        deliver(a_service(running, db=db), told, times=2)

        (answer,) = [event for event in emitted(db) if event.wire.name == "person_erased"]
        assert answer.dump()["erasure_id"] == str(told.erasure_id)
        assert answer.dump()["erased"] or answer.dump()["kept"]


def _has_to_stay(rules: Rules, custody: Custody, kind: str) -> bool:
    rule = rules.by_kind[kind]
    months = [
        rule.months_on_request,
        *(rules.by_kind[k].months_on_request for k in rule.with_kinds),
    ]
    telling = [h for h in custody.holdings if h.kind == kind and h.blanked != {}]
    return max(months) > 1 and bool(telling)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
