"""Makes a broker and a database server ready for the services: each gets its own login and place.

Doing it again changes nothing. Passwords are derived from the administrator's, so that two stacks
on one server agree on the password of a user that both have.
"""

import hashlib
import hmac
from urllib.parse import quote, urlsplit

from cli.backing import databases
from cli.backing.management import Management, in_vhost
from cli.services import SERVICES


def broker_logins(
    amqp_uri: str, management_url: str | None, stack: str
) -> tuple[str, dict[str, str]]:
    """Make the virtual host `stack` and a user per service: the operator's address, and theirs.

    Without the management API nobody can be made: all use the address as it was given.
    """
    if management_url is None:
        return amqp_uri, dict.fromkeys(SERVICES, amqp_uri)
    management = Management(management_url)
    management.create_vhost(stack)
    operator = in_vhost(amqp_uri, stack)
    logins: dict[str, str] = {}
    for service in SERVICES:
        password = _password(amqp_uri, service)
        management.create_user(service, password)
        management.permit(service, stack, **permissions(service))
        logins[service] = databases.with_login(operator, service, password)
    return operator, logins


def permissions(service: str) -> dict[str, str]:
    """What a service may do on the broker: what is its own, calls, and reading others' events."""
    replies = rf"rpc\.(reply|listener)-{service}-.*"
    return {
        "configure": f"^{replies}$",
        "write": rf"^({service}\.(events|retry|delay\..*)|nameko-rpc|{replies})$",
        "read": rf"^({service}\..*|rpc-{service}|nameko-rpc|{replies})$",
    }


def database_logins(database_url: str, stack: str) -> dict[str, str]:
    """Make a database and a role per service, and give back each one's address."""
    logins: dict[str, str] = {}
    for service in SERVICES:
        name = database_name(stack, service)
        password = _password(database_url, name)
        databases.create_role(database_url, name, password)
        if not databases.database_exists(database_url, name):
            databases.create_database(database_url, name, owner=name)
        place = databases.in_database(database_url, name)
        logins[service] = databases.with_login(place, name, password)
    return logins


def database_name(stack: str, service: str) -> str:
    """What a service's database and its role are called."""
    return f"{stack}_{service}"


def _password(address: str, user: str) -> str:
    secret = quote(urlsplit(address).password or "", safe="").encode()
    return hmac.new(secret, f"headship {user}".encode(), hashlib.sha256).hexdigest()[:32]
