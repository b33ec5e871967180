"""Backup and restore, as the runbook rehearses them, while services write and one is down."""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from cli.backing.databases import administrator
from cli.backing.processes import wait_until
from cli.backup.archive import Archive
from cli.backup.reconciling import reconcile
from cli.backup.taking import take
from cli.demo.ledger import Ledger
from cli.demo.stage import subscribers
from cli.errors import CommandError
from cli.services import SERVICES
from cli.stack.record import Record
from headship_contracts.enrolment.organisations import AddDeliveryPartner
from kit.db.engine import begin, open_engine
from kit.transport.rpc_client import RpcClient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbooks" / "restore.md"
Headship = Callable[..., Any]


def rehearsal(folder: Path) -> list[list[str]]:
    """The commands of the runbook's rehearsal, after the first one, which the stack has had."""
    block = re.search(r"## Rehearsal.*?```\n(.*?)```", RUNBOOK.read_text(), re.DOTALL)
    assert block is not None
    lines = [line.split()[1:] for line in block[1].splitlines()]
    assert lines[0] == ["up"]
    return [[str(folder) if word == "rehearsal" else word for word in line] for line in lines[1:]]


class Writing:
    """Hubs are added one after the other, until the block ends."""

    def __init__(self, amqp_uri: str) -> None:
        self.ids: dict[str, str] = {}
        self.before_backup = self.after_backup = 0
        self._client = RpcClient(amqp_uri)
        self._stop = threading.Event()
        self._writer = threading.Thread(target=self._write)

    def __enter__(self) -> "Writing":
        self._writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._writer.join()
        self._client.close()

    def _write(self) -> None:
        while not self._stop.is_set():
            name = f"Hub {len(self.ids):05}"
            told = self._client.call(AddDeliveryPartner(name=name), idempotency_key=name)
            self.ids[name] = str(told.delivery_partner_id)
            time.sleep(0.005)


class Databases:
    """The stack's four, as they are now."""

    def __init__(self, record: Record) -> None:
        self.engines = {s: open_engine(record.members[s].logins["DATABASE_URL"]) for s in SERVICES}
        self.ledger = Ledger(self.engines, subscribers())

    def hubs(self, service: str) -> list[str]:
        column = "id" if service == "enrolment" else "delivery_partner_id"
        with begin(self.engines[service]) as connection:
            found = connection.scalars(text(f"SELECT {column} FROM delivery_partners"))
            return sorted(str(one) for one in found)

    def settle(self) -> None:
        assert wait_until(lambda: self.ledger.under_way() == 0, 60, every=0.2)

    def close(self) -> None:
        for engine in self.engines.values():
            engine.dispose()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backups") / "rehearsal"


@pytest.fixture(scope="module")
def written(headship: Headship, stack: Record, kept: Path) -> Writing:
    """A backup taken in the middle of writing, with notifications down since before it began."""
    os.kill(stack.members["notifications"].pid, signal.SIGKILL)
    backing_up, *_ = rehearsal(kept)
    with Writing(stack.amqp_uri) as writing:
        assert wait_until(lambda: len(writing.ids) >= 50, 60)
        writing.before_backup = len(writing.ids)
        done = headship(*backing_up)
        writing.after_backup = len(writing.ids) + 1  # one more may be under way
        assert wait_until(lambda: len(writing.ids) >= writing.after_backup + 50, 60)
    assert done.returncode == 0, done.stderr
    return writing


def test_a_backup_is_not_written_over_another_and_is_its_owners_only(
    stack: Record, written: Writing, kept: Path
) -> None:
    with pytest.raises(CommandError, match="is not empty"):
        take({"sessions": stack.members["sessions"].logins["DATABASE_URL"]}, kept)

    modes = [path.stat().st_mode & 0o777 for path in (kept, kept / "enrolment.dump")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda about: about.update(format=99), "is not of format 1"),
        (lambda about: about["dumps"].pop("sessions"), "lacks the database of sessions"),
        (lambda about: about["dumps"]["sessions"].update(sha256="0"), "its checksum differs"),
        (
            lambda about: about["dumps"]["sessions"]["versions"].update(sessions="9999"),
            "is of a newer release: sessions is at 9999",
        ),
    ],
    ids=["format", "whole", "checksum", "version"],
)
def test_what_is_not_a_whole_backup_for_this_code_is_refused(
    written: Writing, kept: Path, spoil: Callable[[Any], None], told: str
) -> None:
    whole = (kept / "backup.json").read_text()
    about = json.loads(whole)
    spoil(about)
    (kept / "backup.json").write_text(json.dumps(about))
    try:
        with pytest.raises(CommandError, match=told):
            Archive.load(kept).check(kept)
    finally:
        (kept / "backup.json").write_text(whole)


def test_data_is_replaced_only_by_who_says_so(
    headship: Headship, written: Writing, kept: Path
) -> None:
    refused = headship("restore", str(kept))

    assert refused.returncode == 1
    assert "With --overwrite" in refused.stderr


def test_databases_of_different_points_are_told_and_running_services_are_not_robbed(
    stack: Record, written: Writing
) -> None:
    databases = Databases(stack)
    stranger = str(uuid4())
    with administrator(stack.members["sessions"].logins["DATABASE_URL"]) as cursor:
        cursor.execute(
            "INSERT INTO inbox VALUES ('sessions.keep_delivery_partner', %s, now())", [stranger]
        )
        with pytest.raises(CommandError, match="not of one point") as ahead:
            reconcile(databases.engines, stack.amqp_uri, anyway=False)
        cursor.execute("DELETE FROM inbox WHERE event_id = %s", [stranger])
    with pytest.raises(CommandError, match="stop all services first"):
        reconcile(databases.engines, stack.amqp_uri, anyway=False)
    databases.close()

    assert "sessions.keep_delivery_partner: 1" in str(ahead.value)


def test_the_rehearsal_brings_four_databases_to_one_point_and_loses_and_doubles_nothing(
    headship: Headship, stack: Record, state: Path, written: Writing, kept: Path
) -> None:
    _, *steps = rehearsal(kept)
    for step in steps:
        done = headship(*step)
        assert done.returncode == 0, (step, done.stdout, done.stderr)
    assert done.stdout.strip() == "no dead letters"

    record = Record.load(state)
    assert record is not None
    databases = Databases(record)
    try:
        databases.settle()
        hubs = databases.hubs("enrolment")
        ids = list(written.ids.values())
        before, later = ids[: written.before_backup], ids[written.after_backup :]

        assert set(before) <= set(hubs), "what was answered before the backup began is in it"
        assert not set(later) & set(hubs), "and nothing of what came after it"
        for service in SERVICES:
            assert databases.hubs(service) == hubs, service
        assert databases.ledger.unhandled() == []
        assert databases.ledger.parked() == 0
        assert databases.ledger.handled() == databases.ledger.expected
    finally:
        databases.close()
