"""`headship hub`: who may call, and how that ends."""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from itertools import count
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from cli.app import run
from cli.backing.management import Management, ManagementError, in_vhost
from cli.hubs import command
from cli.hubs.access import Access, routing_keys
from headship_contracts.errors import Unavailable
from kit.identity import hub_behind, hub_user

PARTNER = {"delivery_partner_id": str(uuid4()), "name": "North Hub"}


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What enrolment was told, which here knows one delivery partner."""
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(command, "_partners", lambda: [PARTNER])
    monkeypatch.setattr(command, "_note", lambda _hub, act, number: told.append((act, number)))
    return told


@pytest.fixture
def access(
    admin_amqp_uri: str, management_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Access]:
    """A hubs' virtual host, named by the environment."""
    vhost, management = f"test-{secrets.token_hex(6)}", Management(management_url)
    management.create_vhost(vhost)
    monkeypatch.setenv("HUBS_AMQP_URI", in_vhost(admin_amqp_uri, vhost))
    monkeypatch.setenv("RABBITMQ_MANAGEMENT_URL", management_url)
    made = Access(management, vhost)
    yield made
    for user in made.users():
        if str(user.hub) == PARTNER["delivery_partner_id"]:
            made.remove(user.name)
    management.delete_vhost(vhost)


def states(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert run(["hub", "list", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [one["state"] for one in told if one["hub"] == "North Hub"]


def test_a_hub_is_added_rotated_suspended_and_removed(
    access: Access, noted: list[tuple[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"

    assert run(["hub", "add", "North Hub", "--login", str(first)]) == 0
    assert run(["hub", "rotate", "North Hub", "--login", str(second)]) == 0
    assert states(capsys) == ["live", "live"]
    assert run(["hub", "rotate", "North Hub", "--finish"]) == 0
    assert states(capsys) == ["live"]
    assert run(["hub", "suspend", "North Hub"]) == 0
    assert states(capsys) == ["suspended"]
    assert run(["hub", "resume", "North Hub"]) == 0
    assert states(capsys) == ["live"]
    assert run(["hub", "remove", "North Hub"]) == 0
    assert states(capsys) == []

    assert noted == [
        ("added", 1),
        ("rotation_begun", 2),
        ("rotation_finished", 1),
        ("suspended", 2),
        ("resumed", 2),
        ("removed", 2),
    ]
    hub = UUID(PARTNER["delivery_partner_id"])
    for number, file in ((1, first), (2, second)):
        assert urlsplit(file.read_text()).username == hub_user(hub, number)
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("words", "after"), [("suspend", ["suspended"]), ("remove", [])])
def test_a_hub_is_cut_off_while_enrolment_is_down_and_it_is_recorded_when_asked_again(
    words: str,
    after: list[str],
    access: Access,
    noted: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hub = PARTNER["delivery_partner_id"]
    run(["hub", "add", "North Hub", "--login", str(tmp_path / "login")])
    with monkeypatch.context() as down:
        down.setattr(command, "_partners", refuses)
        down.setattr(command, "_note", refuses)

        assert run(["hub", words, "North Hub"]) == 1
        assert "give its id" in capsys.readouterr().err
        assert run(["hub", words, hub]) == 1
        assert "enrolment has not recorded it (no_answer)" in capsys.readouterr().err.replace(
            "\n", " "
        )
        assert [user.suspended for user in access.users_of(UUID(hub))] == [True]
        assert run(["hub", "list"]) == 0

    assert run(["hub", words, hub]) == 0

    assert states(capsys) == after
    told = {"suspend": "suspended", "remove": "removed"}[words]
    assert noted == [("added", 1), (told, 1)]


def refuses(*_args: object) -> NoReturn:
    raise Unavailable("no_answer", "enrolment is down")


def test_what_cannot_be_done_says_why_and_leaves_nothing(
    access: Access, noted: list[tuple[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "login"
    for words, why in (
        (["add", "South Hub", "--login", str(file)], "there is no delivery partner 'South Hub'"),
        (["rotate", "North Hub", "--login", str(file)], "has no access: headship hub add"),
        (["suspend", "North Hub"], "has no access"),
    ):
        assert run(["hub", *words]) == 1
        assert why in capsys.readouterr().err
    assert not file.exists()

    assert run(["hub", "add", "North Hub", "--login", str(file)]) == 0
    for words, why in (
        (["add", "North Hub", "--login", str(tmp_path / "again")], "has access already"),
        (["rotate", "North Hub", "--finish"], "there is only one credential"),
        (["rotate", "North Hub"], "--login FILE is missing"),
        (["rotate", "North Hub", "--login", str(file)], "is there already; name a new one"),
    ):
        assert run(["hub", *words]) == 1
        assert why in capsys.readouterr().err
    assert noted == [("added", 1)]


@contextmanager
def taking_only(orders: int, method: str) -> Iterator[None]:
    """The broker takes so many orders more of a kind, and then it is away for all of them."""
    asked, number = Management._call, count()

    def call(self: Management, how: str, path: str, *rest: Any, **options: Any) -> Any:
        if how == method and next(number) >= orders:
            raise ManagementError(f"{method} {path}: no answer")
        return asked(self, how, path, *rest, **options)

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Management, "_call", call)
        yield


@pytest.mark.parametrize("orders", range(5))  # a user, two limits, topics, permissions
def test_access_that_was_given_by_half_is_not_there_and_can_be_given_again(
    orders: int,
    access: Access,
    noted: list[tuple[str, int]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    add = ["hub", "add", "North Hub", "--login", str(tmp_path / "login")]
    with taking_only(orders, "PUT"):
        assert run(add) == 1
    assert "no answer" in capsys.readouterr().err
    assert states(capsys) == []

    assert run(add) == 0
    assert states(capsys) == ["live"]


def test_an_address_that_could_not_be_written_down_leaves_no_user(
    access: Access, noted: list[tuple[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "login"
    with pytest.MonkeyPatch.context() as full:
        full.setattr(Path, "write_text", no_room)
        assert run(["hub", "add", "North Hub", "--login", str(file)]) == 1

    assert "No space left" in capsys.readouterr().err
    assert not file.exists()
    assert states(capsys) == []


def no_room(*_args: object) -> NoReturn:
    raise OSError(ENOSPC, "No space left on device")


def test_a_suspension_that_breaks_off_leaves_a_hub_with_no_more_than_it_had(
    access: Access, noted: list[tuple[str, int]], tmp_path: Path
) -> None:
    """Who may write to an exchange, and has no permission of topics, may write all of them."""
    run(["hub", "add", "North Hub", "--login", str(tmp_path / "login")])
    (user,) = access.users_of(UUID(PARTNER["delivery_partner_id"]))

    with taking_only(1, "DELETE"):
        assert run(["hub", "suspend", "North Hub"]) == 1

    assert user.name not in access.management.permissions(access.vhost)
    assert access.management.topic_permissions(access.vhost)[user.name]["write"] == routing_keys()


@pytest.mark.parametrize(
    "address",
    [
        "admin:SECRET@127.0.0.1:1",
        "admin://admin:SECRET@127.0.0.1:1",
        "http://admin:SECRET@127.0.0.1:port",
        "http://admin:SECRET#2@127.0.0.1:1",
        "http://admin:SECRET@[127.0.0.1:1",
        "http://admin:SECRET@127.0.0.1:1",
    ],
)
def test_an_address_of_the_management_that_cannot_be_right_is_told_without_its_password(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUBS_AMQP_URI", "amqp://admin:SECRET@127.0.0.1:1/hubs")
    monkeypatch.setenv("RABBITMQ_MANAGEMENT_URL", address)

    assert run(["hub", "list"]) == 1

    told = capsys.readouterr().err
    assert "permissions: " in told
    assert "SECRET" not in told


def test_a_user_of_the_providers_own_is_never_overwritten(
    access: Access, noted: list[tuple[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = UUID(PARTNER["delivery_partner_id"])
    theirs = "monitoring"
    before = set(access.management.users()) | {theirs}
    access.management.create_user(theirs, "theirs")
    try:
        assert run(["hub", "add", "North Hub", "--login", str(tmp_path / "login")]) == 0
        assert run(["hub", "remove", "North Hub"]) == 0
        assert before <= set(access.management.users()) | {hub_user(hub, 1)}
    finally:
        access.management.delete_user(theirs)


def test_hubs_with_other_rights_than_they_should_have_are_told_and_put_right(
    access: Access, noted: list[tuple[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["hub", "add", "North Hub", "--login", str(tmp_path / "login")])
    (user,) = access.users_of(UUID(PARTNER["delivery_partner_id"]))
    topics = access.management.topic_permissions(access.vhost)[user.name]
    rights = access.management.permissions(access.vhost)[user.name]
    for write, configure in (("^former$", "^$"), (routing_keys(), ".*")):
        access.management.permit_topics(user.name, access.vhost, "hub", write=write, read="^$")
        own = {"write": rights["write"], "read": "^$"}
        access.management.permit(user.name, access.vhost, configure=configure, **own)
        assert states(capsys) == ["live, with other rights than it should: headship hub permit"]

        assert run(["hub", "permit"]) == 0

        assert states(capsys) == ["live"]
        assert access.management.topic_permissions(access.vhost)[user.name] == topics
        assert access.management.permissions(access.vhost)[user.name] == rights


@pytest.mark.parametrize(
    "user", ["hub.x.1", "hub..1", "staff.hub.1", f"hub.{uuid4()}", f"hub.{uuid4()}.", "hub", ""]
)
def test_only_a_user_of_a_hubs_form_is_a_hub(user: str) -> None:
    hub = uuid4()

    assert hub_behind(hub_user(hub, 3)) == hub
    assert hub_behind(user) is None
    assert hub_behind(f"HUB.{hub}.1") is None
    assert hub_behind(f"hub.{hub.hex}.1") is None


def test_a_routing_key_is_that_of_a_whole_method() -> None:
    pattern = re.compile(routing_keys())

    assert pattern.search("enrolment.list_hub_participants")
    for key in ("enrolment.people", "xenrolment.list_hub_participants", "enrolment.list_hub_parti"):
        assert not pattern.search(key)
