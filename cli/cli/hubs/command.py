"""`headship hub`: who of the hubs may call the platform, and with which credential."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit
from uuid import UUID

import typer
from rich.table import Table

from cli import addresses
from cli.backing.management import Management
from cli.calling import asking_at
from cli.errors import CommandError
from cli.hubs.access import Access, HubUser, login
from cli.printing import console
from headship_contracts.errors import NotFound, ServiceError
from headship_contracts.json_schema import for_hubs

app = typer.Typer(help="Hubs' own systems: who may call.", no_args_is_help=True)

Hub = Annotated[str, typer.Argument(help="The delivery partner's name or id.")]
Login = Annotated[
    Path, typer.Option("--login", help="A new file for the hub's address, with its password.")
]
Host = Annotated[
    str | None, typer.Option(help="HOST:PORT where hubs reach the broker, if not as we do.")
]

SECONDS = 10.0


@app.command()
def add(hub: Hub, login: Login, host: Host = None) -> None:
    """Let a hub call: makes its broker user, and writes its address to a file for it alone."""
    access, partner = _access(), _partner(hub)
    if any(user.hub == UUID(partner["delivery_partner_id"]) for user in access.users()):
        raise CommandError(f"{partner['name']} has access already: rotate, or resume")
    _hand_out(access, UUID(partner["delivery_partner_id"]), 1, login, host, "added")
    console().print(f"{partner['name']} may call; its address is in {login}")


@app.command()
def rotate(
    hub: Hub,
    login: Annotated[
        Path | None, typer.Option("--login", help="A new file for the new address.")
    ] = None,
    finish: Annotated[bool, typer.Option(help="End the former credential.")] = False,
    host: Host = None,
) -> None:
    """Give a hub a second credential beside its first; with --finish, end the first one."""
    access, partner = _access(), _partner(hub)
    users = access.users_of(UUID(partner["delivery_partner_id"]))
    if finish == (len(users) == 1):
        other = "there is only one credential" if finish else "it has two already: use --finish"
        raise CommandError(f"{partner['name']}: {other}")
    if finish:
        _note(users[0].hub, "rotation_finished", users[0].credential)
        access.remove(users[0].name)
        console().print(f"{partner['name']}: the former credential is no more")
        return
    if login is None:
        raise CommandError("--login FILE is missing: where the new address is to be written")
    if users[0].suspended:
        raise CommandError(f"{partner['name']} is suspended: resume it first")
    _hand_out(access, users[0].hub, users[0].credential + 1, login, host, "rotation_begun")
    console().print(f"{partner['name']} has two credentials; the new address is in {login}")


@app.command()
def suspend(hub: Hub) -> None:
    """Let a hub do nothing more, and cut it off; its credentials are kept. At the broker first:
    that works by the hub's id whatever else is down."""
    access = _access()
    users = access.users_of(_id(hub))
    access.forbid([user.name for user in users])
    _note_afterwards(hub, "suspended", users)
    console().print(f"{hub} is suspended")


@app.command()
def resume(hub: Hub) -> None:
    """Let a suspended hub call again, with the credentials that it has."""
    access, partner = _access(), _partner(hub)
    for user in access.users_of(UUID(partner["delivery_partner_id"])):
        _note(user.hub, "resumed", user.credential)
        access.permit(user.name)
    console().print(f"{partner['name']} may call")


@app.command()
def remove(hub: Hub) -> None:
    """End a hub's access, its credentials included. They are of no use from the first moment, and
    deleted once it is recorded."""
    access = _access()
    users = access.users_of(_id(hub))
    access.forbid([user.name for user in users])
    _note_afterwards(hub, "removed", users)
    for user in users:
        access.remove(user.name)
    console().print(f"{hub} has no access")


@app.command()
def permit() -> None:
    """Let every hub ask what this version answers, and nothing else: to be run after an upgrade,
    and where somebody has given one other rights."""
    access = _access()
    behind = [user for user in access.users() if not user.suspended and not user.current]
    for user in behind:
        _note(user.hub, "permitted", user.credential)
        access.permit(user.name)
    console().print(f"{len(behind)} credentials brought up to date")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Hubs with access, and their credentials."""
    users = _access().users()
    try:
        names = {partner["delivery_partner_id"]: partner["name"] for partner in _partners()}
        unknown = "(no delivery partner)"
    except ServiceError:
        names, unknown = {}, "(enrolment does not answer)"
    table = Table("hub", "user", "state")
    for user in users:
        name = names.get(str(user.hub), unknown)
        if as_json:
            told = {"hub": name, "user": user.name, "state": _state(user)}
            sys.stdout.write(json.dumps(told) + "\n")
        table.add_row(name, user.name, _state(user))
    if not as_json:
        console().print(table)


@app.command()
def schemas() -> None:
    """Print the JSON Schemas of all that hubs may ask, as docs/hub-schemas.json has them."""
    sys.stdout.write(json.dumps(for_hubs(), indent=1) + "\n")


def _state(user: HubUser) -> str:
    if user.suspended:
        return "suspended"
    return "live" if user.current else "live, with other rights than it should: headship hub permit"


def _access() -> Access:
    return Access(Management(addresses.management_url()), unquote(urlsplit(_hubs()).path[1:]))


def _hubs() -> str:
    found = addresses.hubs_amqp_uri()
    if found is None:
        raise CommandError("the hubs' virtual host is not known: set HUBS_AMQP_URI")
    return found


def _hand_out(
    access: Access, hub: UUID, credential: int, file: Path, host: str | None, act: str
) -> None:
    """The file first: an address that cannot be written down would be lost. What fails in the
    middle leaves neither a file nor a user."""
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise CommandError(f"{file} is there already; name a new one") from error
    try:
        _note(hub, act, credential)
        name, password = access.add(hub, credential)
        try:
            file.write_text(login(_hubs(), name, password, host) + "\n")
        except BaseException:
            access.take_back(name)
            raise
    except BaseException:
        file.unlink()
        raise


def _id(hub: str) -> UUID:
    """The id itself, whether or not enrolment can be asked; else of the one with that name."""
    try:
        return UUID(hub)
    except ValueError:
        pass
    try:
        return UUID(_partner(hub)["delivery_partner_id"])
    except ServiceError as error:
        told = f"enrolment does not tell which hub {hub!r} is ({error.code})"
        raise CommandError(f"{told}: give its id, as headship hub list shows it") from error


def _partner(hub: str) -> dict[str, str]:
    """The delivery partner with this name or id. Raises CommandError."""
    for partner in _partners():
        if hub in (partner["delivery_partner_id"], partner["name"]):
            return partner
    raise CommandError(f"there is no delivery partner {hub!r}: enrolment.list_delivery_partners")


def _partners() -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    cursor: str | None = None
    with asking_at("enrolment", "list_delivery_partners", SECONDS, False, None) as ask:
        while True:
            page = ask({"cursor": cursor, "limit": 500}, None)
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found


def _note_afterwards(hub: str, act: str, users: Sequence[HubUser]) -> None:
    """Raises CommandError that says what has been done and what has not."""
    try:
        for user in users:
            _note(user.hub, act, user.credential)
    except NotFound:
        return  # of no delivery partner there is anything to record
    except ServiceError as error:
        raise CommandError(
            f"{hub} is cut off: its credentials are good for nothing any more. But enrolment has"
            f" not recorded it ({error.code}), and the hub's calendars can still be read: do the"
            " same again when enrolment answers"
        ) from error


def _note(hub: UUID, act: str, credential: int) -> None:
    """What was done to a hub's access stays with enrolment, with who did it."""
    fields = {"delivery_partner_id": str(hub), "act": act, "credential": credential}
    with asking_at("enrolment", "note_hub_access", SECONDS, False, None) as ask:
        ask(fields, None)
