"""Staying in step: nothing is left out, nothing comes twice, and no other hub's comes at all."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hub_ground import Ground
from sqlalchemy import insert, update

from headship_contracts.enrolment.events import StaffChanged
from headship_contracts.enrolment.hub import ListHubChanges
from headship_contracts.enrolment.staff import AddStaff
from headship_contracts.errors import Refused
from headship_hub import Hub
from headship_hub.watching import FEEDS
from kit.bus.purge import KEPT, purge
from kit.db import ServiceDatabase
from kit.db.engine import begin
from kit.db.tables import hub_changes
from kit.hubs import changes
from kit.transport.rpc_client import RpcClient

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def operator(hubs_ground: Ground) -> Iterator[RpcClient]:
    client = RpcClient(hubs_ground.operator)
    yield client
    client.close()


def add_staff(operator: RpcClient, hub: UUID) -> UUID:
    name = uuid4().hex[:8]
    told = AddStaff(
        full_name=f"Coach {name}",
        email=f"{name}@example.org",
        roles=["coach"],
        delivery_partner_id=hub,
    )
    return operator.call(told).staff_id


def test_a_watch_is_told_what_changes_for_the_hub_and_goes_on_where_it_was_left(
    hubs_ground: Ground, operator: RpcClient
) -> None:
    ours, theirs = hubs_ground.hub("Ours"), hubs_ground.hub("Theirs")
    hubs_ground.need(*FEEDS)
    stop = threading.Event()
    with Hub(hubs_ground.hubs[ours]) as hub:
        beginning = {service: hub.call(request()).since for service, request in FEEDS.items()}
        first = add_staff(operator, ours)
        add_staff(operator, theirs)
        second = add_staff(operator, ours)

        seen = []
        for change in hub.watch(beginning, every=0.1, until=stop):
            seen.append(change)
            if len(seen) == 2:
                break
        after_the_first = hub.watch(seen[0].positions, every=0.1, until=stop)

        assert [change.change.record_id for change in seen] == [first, second]
        assert {change.change.name for change in seen} == {"staff_changed"}
        assert next(after_the_first).change.record_id == second


@pytest.fixture
def enrolment(a_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return a_database("enrolment")


def note(database: ServiceDatabase, hub: UUID, told_at: datetime) -> None:
    with begin(database.engine) as connection:
        connection.execute(
            insert(hub_changes).values(
                hub=hub,
                event_id=uuid4(),
                name="staff_changed",
                record=uuid4(),
                occurred_at=told_at,
                told_at=told_at,
            )
        )


def read(database: ServiceDatabase, hub: UUID, since: str | None, limit: int = 2) -> Any:
    with database.transaction() as tx:
        return changes.since(tx, hub, ListHubChanges(since=since, limit=limit))


def test_pages_of_changes_follow_one_another_without_gap_and_without_overlap(
    enrolment: ServiceDatabase,
) -> None:
    hub, other, now = uuid4(), uuid4(), datetime.now(UTC)
    start = read(enrolment, hub, None).since
    for _ in range(5):
        note(enrolment, hub, now)
        note(enrolment, other, now)

    found, since, more = [], start, True
    while more:
        page = read(enrolment, hub, since)
        found += page.items
        since, more = page.since, page.more

    assert len({change.record_id for change in found}) == 5
    assert read(enrolment, hub, since).items == []
    assert [change.record_id for change in read(enrolment, hub, found[2].since).items] == [
        change.record_id for change in found[3:]
    ]


def test_a_position_is_good_as_long_as_nothing_after_it_was_purged(
    enrolment: ServiceDatabase,
) -> None:
    hub, now = uuid4(), datetime.now(UTC)
    for days in (40, 39, 1):
        note(enrolment, hub, now - timedelta(days=days))
    with begin(enrolment.engine) as connection:
        purge(connection, now)

    old = int((now - KEPT - A_MINUTE).timestamp())
    with pytest.raises(Refused, match="position_too_old"):
        read(enrolment, hub, f"1.{old}")
    recent = int((now - timedelta(days=2)).timestamp())
    assert len(read(enrolment, hub, f"2.{recent}").items) == 1
    with pytest.raises(Refused, match="position_unknown"):
        read(enrolment, hub, f"999999.{recent}")


def test_who_keeps_each_replys_position_is_in_step_however_long_nothing_happens(
    enrolment: ServiceDatabase,
) -> None:
    """That of the last change grows too old meanwhile."""
    hub, now = uuid4(), datetime.now(UTC)
    note(enrolment, hub, now - timedelta(days=30))
    (change,) = read(enrolment, hub, f"0.{int((now - timedelta(days=31)).timestamp())}").items
    kept = read(enrolment, hub, change.since).since
    with begin(enrolment.engine) as connection:
        purge(connection, now + timedelta(days=10))

    assert change.since.partition(".")[2] < kept.partition(".")[2]
    note(enrolment, hub, now)
    assert len(read(enrolment, hub, kept).items) == 1
    with pytest.raises(Refused, match="position_too_old"):
        read(enrolment, hub, f"1.{int((now - KEPT - A_MINUTE).timestamp())}")


def test_a_position_of_before_a_restore_is_good_no_more(enrolment: ServiceDatabase) -> None:
    """The restored database gives the same numbers to other changes."""
    hub, now = uuid4(), datetime.now(UTC)
    for _ in range(3):
        note(enrolment, hub, now)

    held = int((now - timedelta(hours=2)).timestamp())

    with pytest.raises(Refused, match="position_unknown"):
        read(enrolment, hub, f"2.{held}")


def test_a_change_that_cannot_be_read_holds_up_no_other(enrolment: ServiceDatabase) -> None:
    hub, now = uuid4(), datetime.now(UTC).isoformat()
    feed = changes.HubFeed((StaffChanged,), lambda _connection, events: [{hub} for _ in events])
    staff = {"staff_id": str(uuid4()), "revision": 1, "roles": ["coach"], "active": True}
    told = [
        SimpleNamespace(
            name="staff_changed",
            event_id=uuid4(),
            body=json.dumps(
                {
                    "source": "enrolment",
                    "name": "staff_changed",
                    "event_id": str(uuid4()),
                    "occurred_at": now,
                    "body": body,
                }
            ),
        )
        for body in ({"staff_id": "nobody"}, staff)
    ]
    start = read(enrolment, hub, None).since

    with begin(enrolment.engine) as connection:
        changes.note(connection, feed, told)

    (change,) = read(enrolment, hub, start).items
    assert str(change.record_id) == staff["staff_id"]


def test_the_last_change_stays_so_that_positions_go_on_from_it(enrolment: ServiceDatabase) -> None:
    hub, now = uuid4(), datetime.now(UTC)
    note(enrolment, hub, now)
    since = read(enrolment, hub, None).since
    with begin(enrolment.engine) as connection:
        connection.execute(update(hub_changes).values(told_at=now - timedelta(days=40)))
        purge(connection, now)

    assert read(enrolment, hub, since).items == []
