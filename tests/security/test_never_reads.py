"""A hub that asks and never reads what comes: the broker keeps its replies, and not for long."""

import time
from collections.abc import Callable

from hub_ground import Ground, wait_until
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from stranger import Stranger
from test_hostile_hub import connected

from enrolment.models import Application, Participant

LIST = "enrolment.list_hub_participants"
SECONDS = 25
"""10 as the broker has it, and what its list of connections is behind. It would be 30 and more."""

PEOPLE, LETTERS = 100, 2_000
REPLIES = 60
"""Of more than a megabyte each: far more than the sockets between them hold."""


def test_who_never_reads_is_cut_off_by_the_broker_and_costs_the_others_nothing(
    hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    ground = hubs_ground
    people = ground.participants(ground.a_hub("Deaf"), PEOPLE)
    with Session(ground.database("enrolment").engine) as tx, tx.begin():
        theirs = select(Application.participant_id).where(Application.id.in_(people))
        of_them = update(Participant).where(Participant.id.in_(theirs))
        tx.execute(of_them.values(full_name="ŵ" * LETTERS))
    deaf, other = as_hub("Deaf"), as_hub("Theirs")
    wait_until(lambda: deaf.user in connected(ground))

    for _ in range(REPLIES):
        deaf.send(LIST, {"limit": PEOPLE}, expiration="30000")

    end = time.monotonic() + SECONDS
    while deaf.user in connected(ground):
        assert time.monotonic() < end, "has the broker a send_timeout of 10 s?"
        assert other.ask(LIST, {"limit": 1})["result"]["items"]
    assert as_hub("Deaf").ask(LIST, {"limit": 1})["result"]["items"]
