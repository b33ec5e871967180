"""What a hub sees of assessment: how far its people are, and nothing of how it went."""

from datetime import timedelta
from uuid import uuid4

import pytest
from assessment_office import OPENS_ON, marks_of
from sqlalchemy import select, update
from sqlalchemy.engine import Connection
from test_circumstances import decide, filed

from assessment.hubs import FEED
from assessment.models import Application, DeliveryPartner
from headship_contracts.assessment.arrangements import RecordAdjustment
from headship_contracts.assessment.events import ResultReleased
from headship_contracts.assessment.hub import ListHubProgress
from headship_contracts.assessment.results import CorrectResult
from kit.db.engine import begin
from kit.db.tables import hub_changes, outbox
from kit.hubs.changes import note
from kit.identity import Caller

OURS = uuid4()


def told_to_us(connection: Connection) -> list[str]:
    note(connection, FEED, connection.execute(select(outbox).order_by(outbox.c.id)).all())
    mine = select(hub_changes.c.name).where(hub_changes.c.hub == OURS)
    return list(connection.scalars(mine.order_by(hub_changes.c.id)))


@pytest.fixture
def seen(office):
    """All that a hub sees of its only participant: its feed, and progress without ids of ours."""

    def look():
        with office.db.transaction() as tx:
            if tx.get(DeliveryPartner, OURS) is None:
                tx.add(DeliveryPartner(delivery_partner_id=OURS, status="active", revision=1))
        with begin(office.db.engine) as connection:
            connection.execute(update(Application).values(delivery_partner_id=OURS))
            feed = told_to_us(connection)
        page = office.ask(ListHubProgress(), caller=Caller("hub", str(OURS)))
        return feed, [(one.state, one.attempt, one.opens_at, one.closes_at) for one in page.items]

    return look


def sits(office, window, application, text):
    office.open(window)
    office.submit_here(application, window, text)
    office.close(window)
    office.prepare(window)


def marked(office, window, marks, markers):
    for _ in range(markers):
        office.mark(window, 1, marks)
    office.release(window)


@pytest.mark.parametrize("marks", [40, 90])
@pytest.mark.parametrize("until", ["released", "entered again", "submitted again", "passed"])
def test_a_hub_cannot_tell_who_passed_from_who_failed_and_sat_again(office, seen, marks, until):
    office.assessors(4)
    first, application = office.window(), office.ready()
    sits(office, first, application, "I would begin with trust.")
    marked(office, first, marks, 2 if marks == 40 else 1)
    if until != "released":
        again = office.window(opens_on=OPENS_ON + timedelta(days=90))
        entered = {} if marks == 90 else {application.application_id: "entered"}
        assert office.candidates(again) == entered
        if entered and until != "entered again":
            sits(office, again, application, "I would begin anew.")
            if until == "passed":
                marked(office, again, 90, 2)

    feed, progress = seen()

    assert feed == ["candidate_entered", "submission_received", "result_released"]
    assert progress == [("released", 1, first.opens_at, first.closes_at)]


@pytest.mark.parametrize("more_time", ["extension", "adjustment", "none"])
def test_a_hub_cannot_tell_who_has_more_time(office, seen, more_time):
    window, application = office.window(), office.ready()
    office.open(window)
    if more_time == "extension":
        case = filed(office, application.application_id, window)
        decide(office, case, "extend", closes_on=OPENS_ON + timedelta(days=20))
    elif more_time == "adjustment":
        office.ask(
            RecordAdjustment(
                application_id=application.application_id, extra_days=5, reason="agreed"
            )
        )

    feed, progress = seen()

    assert feed == ["candidate_entered"]
    assert progress == [("entered", 1, window.opens_at, window.closes_at)]


def test_who_missed_a_window_is_seen_in_the_next_one(office, seen):
    first, _application = office.window(), office.ready()
    office.open(first)
    office.close(first)
    office.at(first.closes_at + timedelta(days=1))
    again = office.window(opens_on=OPENS_ON + timedelta(days=60))

    feed, progress = seen()

    assert feed == ["candidate_entered", "submission_missed", "candidate_entered"]
    assert [(state, opens) for state, _, opens, _ in progress] == [
        ("missed", first.opens_at),
        ("entered", again.opens_at),
    ]


def test_a_result_that_is_told_again_is_told_to_no_hub(office, seen):
    """It says that somebody has appealed, and with what success."""
    window = office.marking(1)
    marked(office, window, 40, 2)
    before = seen()
    office.ask(
        CorrectResult(
            application_id=office.script(window).application_id,
            marks=marks_of(80),
            reason="A sum was wrong.",
        )
    )
    assert len(office.told(ResultReleased)) == 2

    assert seen() == before
