"""Files by their content: what nothing refers to any more is cleared away, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from assessment import files
from assessment.models import Base
from assessment.queries.files import REFERENCES
from headship_contracts.errors import NotFound
from kit.testing import run_timer


def clear(office, at):
    run_timer(office.service, "clear_files", at)


def put(office, content):
    with office.db.transaction() as tx:
        return files.put(tx, content)


def kept(office, digest):
    with office.db.transaction() as tx:
        return files.get(tx, digest)


@pytest.fixture
def sent(office):
    """A window in which a script was sent, and the instant of that."""
    window = office.window()
    application = office.ready()
    office.open(window)
    receipt = office.submit_here(application, window, "I would begin with trust.")
    return receipt, window.opens_at + timedelta(hours=9)


def test_what_nothing_refers_to_goes_after_a_week(office, sent):
    receipt, at = sent
    replaced = put(office, b"x" * (files.PIECE + 1))

    clear(office, at + timedelta(days=7))
    still = kept(office, replaced)
    clear(office, at + timedelta(days=7, seconds=1))

    assert len(still) == files.PIECE + 1
    with pytest.raises(NotFound, match="file_not_found"):
        kept(office, replaced)
    assert kept(office, receipt.sha256) == b"I would begin with trust."


def test_a_file_that_comes_again_is_young_again(office, sent):
    _, at = sent
    put(office, b"again")
    office.at(at + timedelta(days=6))
    digest = put(office, b"again")

    clear(office, at + timedelta(days=8))

    assert kept(office, digest) == b"again"


def test_more_than_one_round_is_cleared_at_once(office, sent):
    _, at = sent

    def count():
        with office.db.engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM files")).scalar()

    before = count()
    for number in range(files.AT_ONCE + 5):
        put(office, str(number).encode())
    clear(office, at + timedelta(days=30))

    assert count() == before


def test_every_column_that_names_a_file_keeps_it():
    named = {
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("sha256")
    }
    no_files = {"files.sha256", "file_pieces.sha256", "seals.sha256", "seals.row_sha256"}
    no_files |= {"windows.nonce_sha256", "windows.ratified_sha256"}

    assert {str(column) for column in named} - no_files == {
        f"{one.class_.__tablename__}.{one.key}" for one in REFERENCES
    }
