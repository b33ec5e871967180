"""Sending what is due: is it still true, who is it, render, hand over, keep what became of it.

Any number of replicas send beside each other, each in rounds that take messages under their own id.
A message is marked as in hand, and that is committed, before a channel gets it; never more of them
at once than the channel has places. One that is still so marked when its round is dead was in hand
when the process died: a critical one goes out again, any other is `unknown` from then on. So a
message that is not critical goes out at most once, a critical one at least once.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from headship_contracts.enrolment.people import People, Person
from headship_contracts.errors import Unavailable
from kit.db import ServiceDatabase
from notifications import claiming, daily, personal_links, queries
from notifications.channels import Channel, ChannelDown, NoPlace, NotEver, NotNow
from notifications.claiming import Claimed, Due
from notifications.crew import Crew
from notifications.queueing import SEND_TIMER
from notifications.rounds import lease_of, new_round
from notifications.settings import NotificationsSettings
from notifications.settling import Attempt, keep
from notifications.writing import Written, give_back_turns, people_of, write_all

LONGEST_ROUND = 5.0
"""Seconds: a round ends then, so that a process that is to stop can, and another follows."""

LONGEST_PAUSE = timedelta(seconds=1)
"""How long a round waits for the next token; longer, and the timer comes again by itself."""

MOST_PEOPLE = 500
"""Of whom enrolment tells in one answer."""

SECONDS_FOR_PEOPLE = 10.0

Asking = Callable[..., Any]

_log = logging.getLogger(__name__)


def send_due(
    db: ServiceDatabase,
    channel: Channel,
    ask: Asking,
    settings: NotificationsSettings,
    at: datetime,
) -> None:
    """Send until nothing is due, enrolment does not answer, or it has taken long enough."""
    claiming.recover(db, channel, at)
    round_id = new_round(at)
    lease = lease_of(round_id)
    if not db.leases.take(lease):
        raise RuntimeError("the lease of a new round is taken")
    try:
        with Crew(channel) as crew:
            end = time.monotonic() + LONGEST_ROUND
            finished = _rounds(Round(db, channel, crew, ask, settings, at, round_id, end))
    finally:
        db.leases.give_back(lease)
    if not finished:
        with db.transaction(at=at) as tx:
            tx.wake(SEND_TIMER)


class Round:
    """What all steps of one round have in common."""

    def __init__(
        self,
        db: ServiceDatabase,
        channel: Channel,
        crew: Crew,
        ask: Asking,
        settings: NotificationsSettings,
        at: datetime,
        round_id: UUID,
        end: float,
    ) -> None:
        self.db, self.channel, self.crew, self.ask = db, channel, crew, ask
        self.settings, self.at, self.round_id, self.end = settings, at, round_id, end

    @property
    def is_over(self) -> bool:
        """Whether it takes nothing more in hand."""
        return time.monotonic() >= self.end


def _rounds(this: Round) -> bool:
    """Whether nothing is left that could go out now."""
    while not this.is_over:
        with this.db.transaction(at=this.at) as tx:
            claimed = claiming.claim(tx, this.round_id, this.channel, this.settings)
        if claimed.again_at is not None:
            _pause(claimed)
            continue
        if not claimed.looked_at:
            return True
        if not claimed.due:
            continue
        try:
            people = _people(this.ask, claimed.due)
        except Unavailable as error:
            _log.warning("messages wait for enrolment", extra={"reason": error.code})
            with this.db.transaction(at=this.at) as tx:
                claiming.waits_for_enrolment(tx, this.round_id, claimed.due)
                claiming.unused(tx, this.channel, len(claimed.due))
            return True
        links = personal_links.ask_for(this.ask, claimed.due)
        waiting = [one for one in claimed.due if one.template.link in links.silent]
        going = [one for one in claimed.due if one.template.link not in links.silent]
        with this.db.transaction(at=this.at) as tx:
            if waiting:
                claiming.waits_for_links(tx, this.round_id, waiting, datetime.now(UTC))
            written = write_all(tx, this.round_id, going, people, links, this.settings)
            claiming.unused(tx, this.channel, len(claimed.due) - len(written))
        _let_go(this, _send(this, written))
    return False


def _pause(claimed: Claimed) -> None:
    assert claimed.again_at is not None
    pause = min(claimed.again_at - datetime.now(UTC), LONGEST_PAUSE)
    time.sleep(max(pause.total_seconds(), 0.001))


def _people(ask: Asking, due: Sequence[Due]) -> dict[UUID, Person]:
    wanted = sorted(people_of(due), key=str)
    found: dict[UUID, Person] = {}
    for first in range(0, len(wanted), MOST_PEOPLE):
        asked = People(ids=wanted[first : first + MOST_PEOPLE])
        for person in ask(asked, seconds=SECONDS_FOR_PEOPLE).people:
            found[person.person_id] = person
    return found


def _let_go(this: Round, left: Sequence[Written]) -> None:
    """Leave to the next round what this one has had no time for, and the tokens with it."""
    if not left:
        return
    with this.db.transaction(at=this.at) as tx:
        queries.let_go_of(tx, this.round_id, [one.kept["message_id"] for one in left])
        give_back_turns(tx, left)
        claiming.unused(tx, this.channel, len(left))


def _send(this: Round, written: Sequence[Written]) -> Sequence[Written]:
    """Hand over as places get free; what became of some is committed with marking the next. Gives
    back those for which the round was too short; some are handed over in any case.
    """
    of_id = {one.kept["message_id"]: one for one in written}
    waiting = deque(written)
    in_hand = 0
    attempts: list[Attempt] = []
    left: list[Written] = []
    while waiting or in_hand or attempts:
        returned = [a.message_id for a in attempts if isinstance(a.error, NoPlace)]
        attempts = [a for a in attempts if not isinstance(a.error, NoPlace)]
        waiting.extend(of_id[message_id] for message_id in returned)
        down = next((a.error for a in attempts if isinstance(a.error, ChannelDown)), None)
        if down is not None:  # nobody is there: the others have had their attempt with this one
            attempts += [Attempt(one.kept["message_id"], down) for one in waiting]
            waiting.clear()
        next_ones = [
            waiting.popleft() for _ in range(min(this.crew.places - in_hand, len(waiting)))
        ]
        with this.db.transaction(at=this.at) as tx:
            keep(tx, this.round_id, attempts)
            queries.out_of_hand(tx, this.round_id, returned)
            rows = [one.kept for one in next_ones]
            now, revision = datetime.now(UTC), time.time_ns() // 1000
            marked = queries.take_in_hand(tx, this.round_id, rows, now, revision) if rows else set()
            stayed = sum(isinstance(one.error, (NotNow, NotEver)) for one in attempts)
            daily.give_back(tx, this.channel.name, stayed + len(rows) - len(marked))
        given = [one.mail for one in next_ones if one.kept["message_id"] in marked]
        this.crew.give(given, in_hand)
        in_hand += len(given)
        attempts = this.crew.results(in_hand) if in_hand else []
        in_hand -= len(attempts)
        if this.is_over:
            left += waiting
            waiting.clear()
    return left
