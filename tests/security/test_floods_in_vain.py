"""A hub that sends what nobody may ask, faster than it can be thrown away. All hubs' calls of a
service wait in one queue: the broker keeps it short, and the others are answered all the same."""

import json
import secrets
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest
from flood import KINDS
from hub_ground import Ground, ground, wait_until
from kombu import Connection
from stranger import Stranger

from cli.hubs.access import login
from headship_contracts.enrolment.hub import ListHubParticipants
from headship_contracts.errors import Unavailable
from headship_hub import Hub
from headship_hub.line import FULL
from kit.topology import HUB_LIMITS

LIST = "enrolment.list_hub_participants"
SECONDS, CALLS = 6, 5


@pytest.mark.alone
@pytest.mark.parametrize("kind", KINDS)
def test_another_hub_is_answered_in_a_flood_of_what_nobody_may_ask(
    kind: str, hubs_ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = (hubs_ground.hubs[hubs_ground.hub(name)] for name in ("Ours", "Theirs"))
    program = [sys.executable, str(Path(__file__).with_name("flood.py"))]
    command = [*program, ours, LIST, str(SECONDS), kind]
    took = []
    with (
        Hub(theirs, seconds=25) as hub,
        subprocess.Popen(command, stdout=subprocess.PIPE) as flood,
    ):
        assert flood.stdout is not None
        assert flood.stdout.readline() == b"under way\n"
        while not took or (flood.poll() is None and len(took) < CALLS):
            began = time.monotonic()
            assert hub.call(ListHubParticipants(limit=1)).items
            took.append(time.monotonic() - began)
        told = json.loads(flood.communicate(timeout=30)[0])

    with capsys.disabled():
        print(f"\n{told}: of another's {len(took)} calls one took {max(took):.2f} s")  # noqa: T201
    assert hubs_ground.processes[0].poll() is None
    wait_until(lambda: waiting(hubs_ground, "enrolment") == 0, seconds=20)


def test_what_the_broker_has_no_room_for_it_refuses_at_once(
    admin_amqp_uri: str, management_url: str, tmp_path: Path
) -> None:
    name, hub, most = f"test-{secrets.token_hex(6)}", uuid4(), HUB_LIMITS["max-length"]
    with ground(admin_amqp_uri, management_url, name, tmp_path) as place:  # where nobody answers
        place.hubs[hub] = login(place.hubs_operator, *place.access.add(hub), None)
        with Stranger(place.hubs[hub]) as one, Hub(place.hubs[hub]) as other:
            for _ in range(most + 20):
                one.send(LIST, {}, expiration="30000")
            wait_until(lambda: waiting(place, "enrolment") >= most)

            with pytest.raises(Unavailable) as refused:
                other.call(ListHubParticipants(), seconds=3)

        assert refused.value.code == FULL
        assert waiting(place, "enrolment") == most


def waiting(ground: Ground, service: str) -> int:
    with Connection(ground.hubs_operator) as connection:
        found = connection.channel().queue_declare(f"hub-{service}", passive=True)
        return int(found.message_count)
