"""What a hub hears of assessment: how far its people are, and nothing of how it went."""

from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from assessment.hubs import FEED
from assessment.models import Application
from kit.db.engine import begin
from kit.db.tables import hub_changes, outbox
from kit.hubs.changes import note


def told_to(connection: Connection, hub) -> list[str]:
    note(connection, FEED, connection.execute(select(outbox).order_by(outbox.c.id)).all())
    mine = select(hub_changes.c.name).where(hub_changes.c.hub == hub)
    return list(connection.scalars(mine.order_by(hub_changes.c.id)))


@pytest.mark.parametrize("marks", [40, 90])
def test_a_hub_hears_that_a_result_is_out_and_not_whether_another_attempt_follows(office, marks):
    window, hub = office.marking(1), uuid4()
    office.mark(window, 1, marks)
    if marks < 60:
        office.mark(window, 1, marks)
    office.release(window)
    with begin(office.db.engine) as connection:
        connection.execute(update(Application).values(delivery_partner_id=hub))

        told = told_to(connection, hub)

    assert told == ["candidate_entered", "submission_received", "result_released"]
