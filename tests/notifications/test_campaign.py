"""`kill -9` of the service at random while events come twice and in any order: all accounted for.

The long form (10,000 events, 30 kills) is part of `make faults`; its figures are in the output.
"""

import os
import random
import sys
import time

import pytest

from bench.notifications.office import PostOffice
from bench.notifications.told import lives
from notifications.models import DailyCount, Message

LONG = os.environ.get("HEADSHIP_CAMPAIGN") == "long"
PEOPLE, KILLS = (2_000, 30) if LONG else (80, 3)
REPLICAS, CONNECTIONS = 2, 4
SEED = 2026


@pytest.fixture
def post_office(a_vhost, an_empty_database, tmp_path):
    office = PostOffice(
        a_vhost(),
        an_empty_database(),
        an_empty_database(),
        tmp_path,
        {"SMTP_CONNECTIONS": str(CONNECTIONS)},
    )
    yield office
    office.close()


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_killed_at_random_nothing_is_unaccounted_for_and_nothing_doubled(post_office, capsys):
    chance = random.Random(SEED)
    waves = in_waves(chance)
    post_office.open(0)
    replicas = [post_office.replica() for _ in range(REPLICAS)]
    told = 0

    for wave in waves:
        told += post_office.tell(wave, repeats=chance)
        enough = post_office.taken() + chance.randint(1, len(wave) // 4)
        post_office.wait_until(lambda enough=enough: post_office.taken() >= enough)
        time.sleep(chance.random() / 20)
        doomed = chance.randrange(REPLICAS)
        post_office.kill(replicas[doomed])
        replicas[doomed] = post_office.replica()
    post_office.wait_until(post_office.is_done, seconds=600, every=0.5)

    figures = counted(post_office)
    with capsys.disabled():
        line = f"\n{sum(map(len, waves))} events told {told} times, {KILLS} kills: {figures}\n"
        sys.stdout.write(line)
    assert figures["unaccounted"] == 0
    assert figures["doubled, not critical"] == 0
    assert figures["critical"] == figures["critical that arrived"] == PEOPLE
    assert figures["not critical"] == 3 * PEOPLE
    assert figures["unknown"] <= KILLS * CONNECTIONS
    handed_over = figures["sent"] + figures["unknown"]
    assert handed_over <= figures["counted for the day"] <= handed_over + KILLS * CONNECTIONS


def test_a_process_that_ends_by_itself_is_told_of_at_once(post_office):
    post_office.settings["MAIL_CHANNEL"] = "pigeon"
    post_office.replica()

    with pytest.raises(AssertionError, match="by itself with exit code") as error:
        post_office.wait_until(lambda: False, seconds=60)

    assert "pigeon" in str(error.value)


def in_waves(chance):
    """All events, some of each life in a later wave than the others."""
    waves = [[] for _ in range(KILLS)]
    for number, life in enumerate(lives(PEOPLE)):
        for event in life:
            late = chance.random() < 0.1
            waves[min(number % KILLS + late, KILLS - 1)].append(event)
    return waves


def counted(office):
    """What became of every message, and what the mail server says of it."""
    copies = office.copies()
    figures = dict.fromkeys(
        (
            "critical",
            "critical that arrived",
            "critical, a second copy",
            "not critical",
            "sent",
            "failed",
            "unknown",
            "unknown that arrived",
            "doubled, not critical",
            "unaccounted",
            "counted for the day",
        ),
        0,
    )
    with office.engine.connect() as connection:
        rows = connection.execute(
            Message.__table__.select().with_only_columns(
                Message.message_id, Message.message_class, Message.status
            )
        ).all()
        counts = connection.execute(DailyCount.__table__.select()).all()
    figures["counted for the day"] = sum(row.messages for row in counts)
    for message_id, message_class, status in rows:
        arrived = copies[str(message_id)]
        critical = message_class == "critical"
        figures["critical" if critical else "not critical"] += 1
        figures["critical that arrived"] += critical and arrived > 0
        figures["critical, a second copy"] += critical and arrived > 1
        figures["doubled, not critical"] += not critical and arrived > 1
        figures["sent"] += status == "sent"
        figures["failed"] += status.endswith("-failure")
        figures["unknown"] += status == "unknown"
        figures["unknown that arrived"] += status == "unknown" and arrived > 0
        lost = status == "sent" and not arrived
        figures["unaccounted"] += lost or status not in ("sent", "unknown")
    return figures
