"""No secret is in a `repr`: an error that shows a record would show it to whoever reads the log."""

import dataclasses
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

from headship_contracts.shape import Shape

PACKAGES = (
    *("kit", "cli", "headship_hub", "dfe_simulator"),
    *("enrolment", "sessions", "assessment", "notifications"),
)

SECRET = re.compile(
    r"(^|_)(password|passwords|secret|secrets|token|api_key|login|logins)$"
    r"|(^|_)(amqp_uri|database_url|owner_url|management_url)$"
)
"""Names of fields that hold a secret, or an address with one in it."""

PLAIN_NAMES = {
    ("Management", "url"),
    ("DatabaseServer", "url"),
    ("DatabaseLogin", "service"),
    ("DatabaseLogin", "owner"),
}
"""Others that do."""


def records() -> Iterator[type]:
    """Every dataclass of ours, but for what travels, which shows no values at all."""
    for package in PACKAGES:
        found = import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            if module.name.endswith("__main__") or ".migrations." in module.name:
                continue
            for one in vars(import_module(module.name)).values():
                own = isinstance(one, type) and one.__module__ == module.name
                if own and dataclasses.is_dataclass(one) and not issubclass(one, Shape):
                    yield one


def test_no_record_shows_a_secret_that_it_keeps() -> None:
    fields = [(one.__name__, member) for one in records() for member in dataclasses.fields(one)]

    secrets = [
        (record, member.name, member.repr)
        for record, member in fields
        if SECRET.search(member.name) or (record, member.name) in PLAIN_NAMES
    ]
    named = {(record, name) for record, name, _ in secrets}
    assert named >= PLAIN_NAMES
    shown = [(record, name) for record, name, repr_ in secrets if repr_]
    assert shown == [], "give the field repr=False"
