"""`kill -9` between every two steps from an event's commit to its acknowledgement.

Whatever dies, every event has its effect exactly once, and what cannot succeed is parked.
"""

import json
import math
import random
import signal
from itertools import count

import pytest
from ledger.events import Posted
from ledger.running import QUEUE, Ledger, wait_until

from kit.failpoints import POINTS

STAGES = sorted({point.partition(".")[0] for point in POINTS})
SEED = 2026


class Told:
    """What has been told, so that it can be compared with what was done."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.numbers = ledger, count()
        self.good: set[int] = set()
        self.bad: set[int] = set()

    def more(self) -> None:
        """Ten events: one limps (fails at first), one is refused, the others are plain."""
        events = []
        for place in range(10):
            number = next(self.numbers)
            trouble = ""
            if place == 3:
                trouble = f"limps:{self.ledger.scratch / str(number)}"
            if place == 6:
                trouble = "refused"
            (self.bad if trouble == "refused" else self.good).add(number)
            events.append(Posted(number=number, trouble=trouble, revision=number))
        self.ledger.tell(*events)


@pytest.mark.timeout(3000)
@pytest.mark.parametrize("stage", STAGES)
def test_nothing_is_lost_or_doubled_when_the_process_is_killed_at(
    stage: str, a_doomed_ledger: Ledger, kills_in_all: int
) -> None:
    ledger, told, chance = a_doomed_ledger, Told(a_doomed_ledger), random.Random(f"{SEED}{stage}")
    points = [point for point in POINTS if point.startswith(f"{stage}.")]
    for _ in range(max(1, math.ceil(kills_in_all / len(POINTS)))):
        for point in points:
            kill(ledger, told, f"{point}:{chance.randint(1, 4)}")
        let_it_finish(ledger, told)

        assert ledger.entries() == dict.fromkeys(told.good, 1)
        assert ledger.confirmations() == dict.fromkeys(told.good, 1)
        assert refused_numbers(ledger) == told.bad


def kill(ledger: Ledger, told: Told, failpoint: str) -> None:
    """Let a process run, with work that comes in, until it dies where it should."""
    process = ledger.start(HEADSHIP_FAILPOINT=failpoint)

    def has_died() -> bool:
        # enough to do, and no more than a slow machine can: the relay is faster than the handlers
        if ledger.waiting() + ledger.depth(QUEUE) < 40:
            told.more()
        return process.poll() is not None

    wait_until(has_died, seconds=240, every=0.1)
    assert process.returncode == -signal.SIGKILL, ledger.log()


def let_it_finish(ledger: Ledger, told: Told) -> None:
    """Run a process that nobody kills until all is done and nothing is queued. Repeats that stay in
    their queue die with each next process, and what 20 have taken the broker parks itself."""
    process = ledger.start()
    told.more()
    ledger.wait_for(*told.good, seconds=120, every=0.5)
    wait_until(lambda: ledger.waiting() == 0)
    wait_until(lambda: ledger.depth(QUEUE) == ledger.depth("ledger.confirm") == 0, seconds=60)
    wait_until(lambda: refused_numbers(ledger) == told.bad, seconds=60, every=0.5)
    assert ledger.stop(process) == 0


def refused_numbers(ledger: Ledger) -> set[int]:
    """The numbers among the dead letters, each event of which is listed once."""
    letters = ledger.letters()
    listed = [(letter.queue, letter.event_id) for letter in letters]
    assert len(listed) == len(set(listed))
    return {json.loads(letter.body)["body"]["number"] for letter in letters}
