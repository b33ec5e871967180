"""Catch-ups are long texts: a page of many of them would be more than the broker takes."""

import json

from sqlalchemy import select

from headship_contracts.sessions.attendance import ListCatchUps, SubmitCatchUp
from kit.config import MESSAGE_MOST_BYTES
from sessions.models import CatchUp

LONGEST = {"reflection": "ŵ" * 20_000, "citation": "ŵ" * 1_000}


def test_catch_ups_of_any_length_are_told_in_pages_that_can_be_sent(training):
    (one, *_) = training.a_running_cohort()
    session = next(s for s in training.sessions() if s.delivery_partner_id == training.hub)
    training.hold(session, {one: "absent"})
    training.call(SubmitCatchUp(session_id=session.session_id, application_id=one, **LONGEST))
    with training.service.db.transaction() as tx:  # as if a page were full of people
        first = tx.scalars(select(CatchUp)).one()
        for _ in range(39):
            its = {"attendance_id": first.attendance_id, "submitted_at": first.submitted_at}
            tx.add(CatchUp(**its, **LONGEST))

    found, cursor = [], None
    while not found or cursor is not None:
        page = training.call(ListCatchUps(limit=500, cursor=cursor))
        assert len(json.dumps(page.dump())) < MESSAGE_MOST_BYTES // 2
        found, cursor = found + page.items, page.next_cursor

    assert len(found) == 40
