"""Makes a broker and a database server ready for the services: each gets its own login and place.

Doing it again changes nothing. Passwords are derived from the administrator's, so that two stacks
on one server agree on the password of a user that both have. What a provider has there already,
under the same name or another, is never changed: see `ours`.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from cli.backing import databases
from cli.backing.management import Management, in_vhost
from cli.errors import CommandError
from cli.services import SERVICES, service_class
from cli.stack.ours import MARK, is_our_user, takes_password
from kit.rights import Rights, hub_rights_of, rights_of
from kit.topology import HUB_LIMITS, HUB_POLICY, HUB_QUEUES


@dataclass(frozen=True)
class DatabaseLogin:
    """A service's database: its address as the service, and as who owns and migrates its tables."""

    service: str = field(repr=False)
    owner: str = field(repr=False)


def broker_logins(
    amqp_uri: str, management_url: str | None, stack: str
) -> tuple[str, dict[str, str]]:
    """Make the virtual host `stack` and a user per service: the operator's address, and theirs.

    Without the management API nobody can be made: all use the address as it was given. Raises
    CommandError where somebody else's user has a service's name.
    """
    if management_url is None:
        return amqp_uri, dict.fromkeys(SERVICES, amqp_uri)
    management = Management(management_url)
    passwords = {service: _password(amqp_uri, service) for service in SERVICES}
    for service, password in passwords.items():
        make_user(management, service, password)
    management.create_vhost(stack)
    operator = in_vhost(amqp_uri, stack)
    for service in SERVICES:
        grant(management, service, stack, rights_of(service_class(service)))
    return operator, {
        service: databases.with_login(operator, service, password)
        for service, password in passwords.items()
    }


def hub_logins(
    amqp_uri: str, management_url: str | None, stack: str
) -> tuple[str, dict[str, str]] | None:
    """Make the hubs' virtual host: the operator's address in it, and the services'.

    The services' users are there already. None without the management API: there can be no hubs
    where nobody can be told apart.
    """
    if management_url is None:
        return None
    management, place = Management(management_url), hubs_place(stack)
    management.create_vhost(place)
    management.set_policy(place, HUB_POLICY, HUB_QUEUES, HUB_LIMITS)
    operator = in_vhost(amqp_uri, place)
    logins: dict[str, str] = {}
    for service in SERVICES:
        grant(management, service, place, hub_rights_of(service))
        logins[service] = databases.with_login(operator, service, _password(amqp_uri, service))
    return operator, logins


def hubs_place(stack: str) -> str:
    """The hubs' virtual host: `hubs`, unless several stacks share a broker."""
    return "hubs" if stack == "headship" else f"hubs-{stack}"


def make_user(management: Management, name: str, password: str) -> None:
    """Let the broker have our user of this name. Raises CommandError if it is somebody else's."""
    found = management.user(name)
    if found is not None and takes_password(found, password):
        return
    if found is not None and not is_our_user(found):
        raise CommandError(
            f"the broker has a user {name} that headship did not make, and leaves as it is: use "
            "another broker, or give that user another name"
        )
    management.create_user(name, password, tag=MARK)


def grant(management: Management, user: str, vhost: str, rights: Rights) -> None:
    """Let a user do this in a virtual host, and nothing else there."""
    for exchange, keys in rights.topics.items():
        management.permit_topics(user, vhost, exchange, write=keys.write, read=keys.read)
    management.permit(user, vhost, **rights.patterns)


def database_logins(database_url: str, stack: str) -> dict[str, DatabaseLogin]:
    """Make a database per service and two roles, one that owns its tables and one that works with
    their rows. Raises CommandError where one of them is there, and somebody else's."""
    logins: dict[str, DatabaseLogin] = {}
    for service in SERVICES:
        name = database_name(stack, service)
        owner = owner_name(stack, service)
        place = databases.in_database(database_url, name)
        login = DatabaseLogin(
            *(
                databases.with_login(place, role, _role(database_url, role))
                for role in (name, owner)
            )
        )
        owned_by = databases.owner_of(database_url, name)
        if owned_by is None:
            databases.create_database(database_url, name)
        elif owned_by not in (name, owner, urlsplit(database_url).username):
            raise CommandError(
                f"there is a database {name} already, of {owned_by}: it is left as it is. Set "
                "HEADSHIP_STACK to another name"
            )
        databases.hand_over(database_url, name, owner=owner, user=name)
        logins[service] = login
    return logins


def database_name(stack: str, service: str) -> str:
    """What a service's database is called, and the role as which it works there."""
    return f"{stack}_{service}"


def owner_name(stack: str, service: str) -> str:
    """What the role is called that owns a service's tables, and migrates them."""
    return f"{database_name(stack, service)}_owner"


def _role(database_url: str, name: str) -> str:
    """Let the server have our role of this name; its password."""
    password = _password(database_url, name)
    if databases.role_exists(database_url, name):
        if databases.takes(databases.with_login(database_url, name, password)):
            return password
        if databases.mark_of(database_url, name) != MARK:
            raise CommandError(
                f"the database server has a role {name} that headship did not make, and leaves as "
                "it is: set HEADSHIP_STACK to another name"
            )
    databases.create_role(database_url, name, password, mark=MARK)
    return password


def _password(address: str, user: str) -> str:
    secret = quote(urlsplit(address).password or "", safe="").encode()
    return hmac.new(secret, f"headship {user}".encode(), hashlib.sha256).hexdigest()[:32]
