"""The audit trail is sealed as it was written, and what is done to it afterwards is found."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from headship_contracts.protection import AuditCheck, VerifyAudit
from kit.audit import sealing
from kit.audit.checking import verify
from kit.audit.pruning import prune
from kit.audit.trail import CHANGE, READ, coming_through
from kit.db import ServiceDatabase, Transaction
from kit.db.engine import open_engine
from kit.db.tables import audit, audit_seals
from kit.identity import Caller

ANNA = Caller("staff", "anna")


def note(db: ServiceDatabase, records: int = 1) -> None:
    with coming_through("rpc get_application"), db.transaction(caller=ANNA) as tx:
        tx.audit((READ, "application", uuid4()) for _ in range(records))


def check(db: ServiceDatabase, after: int = 0) -> AuditCheck:
    with db.transaction() as tx:
        return verify(tx, VerifyAudit(after=after))


def whats(found: AuditCheck) -> list[str]:
    return [flaw.what for flaw in found.flaws]


def test_what_is_put_off_to_the_end_is_committed_with_what_was_noted_or_neither_is(
    db: ServiceDatabase,
) -> None:
    def seen() -> int:
        with db.transaction() as tx:
            return tx.scalar(select(func.count()).select_from(audit)) or 0

    def note_with(work: Callable[[Transaction], object]) -> None:
        with db.transaction(caller=ANNA) as tx:
            tx.audit([(READ, "application", uuid4())])
            tx.at_the_end(partial(work, tx))

    with pytest.raises(ZeroDivisionError):
        note_with(lambda _tx: 1 / 0)
    nothing = seen()
    note_with(lambda tx: tx.audit([(CHANGE, "application", uuid4())]))

    assert (nothing, seen()) == (0, 2)


def test_what_was_noted_is_sealed_in_turn_and_stands(db: ServiceDatabase) -> None:
    note(db, records=3)
    first = sealing.seal(db.engine)
    note(db, records=12)
    second = sealing.seal(db.engine)

    found = check(db)

    assert (found.seals, found.rows, found.flaws) == (2, 15, [])
    assert (found.last_number, found.head) == second
    assert first is not None
    assert check(db, after=1).flaws == []
    assert sealing.seal(db.engine) is None


def test_one_record_is_noted_once_in_a_transaction_and_a_rollback_notes_nothing(
    db: ServiceDatabase,
) -> None:
    one = uuid4()
    with db.transaction(caller=ANNA) as tx:
        tx.audit([(READ, "person", one), (READ, "person", one), (CHANGE, "person", one)])
    with pytest.raises(ZeroDivisionError):
        _note_and_fail(db)

    with db.engine.connect() as connection:
        rows = connection.execute(select(audit.c.caller, audit.c.act, audit.c.record_id)).all()
    assert rows == [("staff:anna", "read", one), ("staff:anna", "change", one)]


def test_a_row_that_was_changed_afterwards_is_found(db: ServiceDatabase) -> None:
    note(db, records=5)
    sealing.seal(db.engine)

    with db.engine.begin() as connection:
        connection.execute(update(audit).where(audit.c.id == 3).values(caller="staff:nobody"))

    found = check(db)
    assert whats(found) == ["a row is not what was sealed"]
    assert (found.flaws[0].first_id, found.flaws[0].last_id) == (1, 5)


def test_a_row_that_was_deleted_is_found(db: ServiceDatabase) -> None:
    note(db, records=5)
    sealing.seal(db.engine)

    with db.engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.id == 5))

    assert whats(check(db)) == ["1 of its 5 rows are gone"]


def test_a_row_that_was_slipped_in_afterwards_is_found(db: ServiceDatabase) -> None:
    note(db, records=2)
    sealing.seal(db.engine)
    with db.engine.begin() as connection:
        row = dict(connection.execute(select(audit).where(audit.c.id == 2)).one()._mapping)
        connection.execute(delete(audit).where(audit.c.id == 2))
        connection.execute(insert(audit).values(row | {"id": 7}))
        connection.execute(insert(audit_seals).values(_seal_like(connection, last_id=7)))

    assert "the seal is not what follows from the one before" in whats(check(db))


def test_a_seal_that_was_taken_away_or_made_anew_is_found(db: ServiceDatabase) -> None:
    for _ in range(3):
        note(db)
        sealing.seal(db.engine)

    with db.engine.begin() as connection:
        connection.execute(delete(audit_seals).where(audit_seals.c.number == 2))
    assert "a seal is missing before this one" in whats(check(db))

    with db.engine.begin() as connection:
        connection.execute(update(audit_seals).where(audit_seals.c.number == 3).values(number=2))
    assert "the seal is not what follows from the one before" in whats(check(db))


def test_rows_whose_seal_was_taken_away_at_the_end_are_told_after_five_minutes(
    db: ServiceDatabase,
) -> None:
    note(db, records=2)
    assert check(db).flaws == []

    with db.engine.begin() as connection:
        connection.execute(update(audit).values(at=datetime.now(UTC) - timedelta(minutes=6)))

    assert whats(check(db)) == ["2 rows older than 5 minutes have no seal"]


def test_a_seal_that_says_too_early_that_its_rows_were_deleted_in_time_covers_nothing_up(
    db: ServiceDatabase,
) -> None:
    note(db, records=3)
    sealing.seal(db.engine)

    with db.engine.begin() as connection:
        connection.execute(update(audit_seals).values(pruned_at=datetime.now(UTC)))
        connection.execute(delete(audit))

    assert whats(check(db)) == ["3 of its 3 rows are gone"]


def test_rows_go_when_six_years_are_over_and_the_trail_still_stands(db: ServiceDatabase) -> None:
    note(db, records=3)
    years_ago(db, 6)
    note(db, records=2)
    years_ago(db, 5)
    note(db)
    sealing.seal(db.engine)

    with db.transaction() as tx:
        gone = prune(tx)

    assert gone == 3
    found = check(db)
    assert (found.seals, found.flaws) == (3, [])
    with db.transaction() as tx:
        assert tx.scalar(select(func.count()).select_from(audit)) == 3
        assert prune(tx) == 0


def years_ago(db: ServiceDatabase, years: int) -> None:
    """As if what has no seal yet had been written and sealed then, and a week before."""
    then = datetime.now(UTC) - timedelta(days=years * 365.25 + 7)
    with db.engine.begin() as connection:
        last = connection.scalar(select(func.max(audit_seals.c.last_id))) or 0
        connection.execute(update(audit).where(audit.c.id > last).values(at=then))
    sealing.seal(db.engine)
    with db.engine.begin() as connection:
        *former, new = connection.execute(select(audit_seals).order_by(audit_seals.c.number)).all()
        told = (new.number, new.first_id, new.last_id, new.rows, new.rows_sha256)
        before = former[-1].sha256 if former else sealing.BEGINNING
        made = {"sealed_at": then, "sha256": sealing.seal_digest(before, *told, then)}
        connection.execute(update(audit_seals).where(_is(new)).values(made))


def _is(seal) -> ColumnElement[bool]:  # type: ignore[no-untyped-def]
    return audit_seals.c.number == seal.number


def test_a_seal_from_before_the_seal_before_it_is_found(db: ServiceDatabase) -> None:
    note(db)
    sealing.seal(db.engine)
    note(db)
    years_ago(db, 7)

    assert whats(check(db)) == ["it is from before the seal before it"]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"id": 0}, "1 rows before the first there can be"),
        (
            {"id": 50, "at": datetime.now(UTC) + timedelta(days=900)},
            "1 rows are from more than 5 minutes ahead",
        ),
    ],
)
def test_a_row_where_no_seal_would_ever_look_is_found(
    db: ServiceDatabase, changed: dict[str, object], what: str
) -> None:
    note(db, records=3)
    sealing.seal(db.engine)

    with db.engine.begin() as connection:
        row = dict(connection.execute(select(audit).where(audit.c.id == 2)).one()._mapping)
        connection.execute(insert(audit).values(row | changed))

    assert whats(check(db)) == [what]


def test_seals_cover_every_row_once_while_many_write_and_two_replicas_seal(
    db: ServiceDatabase,
) -> None:
    replicas = [ServiceDatabase(open_engine(db.engine.url), "sessions") for _ in range(2)]
    if db.engine.dialect.name == "sqlite":
        replicas = [db, db]  # one process has the file, and its writers wait for each other
    begin, failures = Barrier(6), []

    def write() -> None:
        begin.wait()
        for _ in range(20):
            note(db, records=2)

    def seal(replica: ServiceDatabase) -> None:
        begin.wait()
        for _ in range(20):
            sealing.seal(replica.engine)

    def run(work: Callable[..., None], *given: ServiceDatabase) -> None:
        try:
            work(*given)
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=run, args=(write,)) for _ in range(4)]
    threads += [Thread(target=run, args=(seal, replica)) for replica in replicas]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealing.seal(db.engine)

    found = check(db)
    with db.engine.connect() as connection:
        rows = connection.scalar(select(func.count()).select_from(audit))
        sealed = connection.scalar(select(func.sum(audit_seals.c.rows)))
    assert (failures, found.flaws, rows, sealed) == ([], [], 160, 160)
    for replica in replicas:
        replica.engine.dispose()


def test_many_rows_come_under_several_seals(
    db: ServiceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 10)
    note(db, records=25)

    sealing.seal(db.engine)

    found = check(db)
    assert (found.seals, found.rows, found.flaws) == (3, 25, [])


def _note_and_fail(db: ServiceDatabase) -> None:
    with db.transaction(caller=ANNA) as tx:
        tx.audit([(READ, "person", uuid4())])
        1 / 0  # noqa: B018 - whatever goes wrong in a story


def _seal_like(connection, *, last_id: int) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """A second seal as somebody without the first one's hash would make it."""
    first = connection.execute(select(audit_seals)).one()._mapping
    return dict(first) | {"number": 2, "first_id": first["last_id"] + 1, "last_id": last_id}
