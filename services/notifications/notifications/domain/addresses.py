"""Addresses: those that can exist, as a mail server takes them.

An address is checked by its form alone; whether somebody reads it only its server knows.
"""

from collections.abc import Collection
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email


class BadAddress(ValueError):
    """No mail can go to such an address; says why, without the address."""


@dataclass(frozen=True)
class Address:
    """`wire`: as an ordinary server takes it; None: only one that speaks SMTPUTF8 takes it."""

    written: str
    wire: str | None

    @property
    def domain(self) -> str:
        """The part behind @, in ASCII where it can be."""
        return (self.wire or self.written).rpartition("@")[2].lower()


def read_address(told: str) -> Address:
    """The address, its domain in IDNA. Raises BadAddress."""
    try:
        found = validate_email(
            told.strip(" "),
            check_deliverability=False,
            allow_quoted_local=True,
            test_environment=True,  # .test: a mail server to try things with
            strict=True,
        )
    except EmailNotValidError as error:
        raise BadAddress(_without(told, str(error))) from error
    return Address(found.normalized, found.ascii_email)


def is_among(address: str, named: Collection[str]) -> bool:
    """Whether it is one of these addresses, or in one of these domains."""
    told = folded(address)
    return any(told in (folded(one), f"{told.rpartition('@')[0]}@{folded(one)}") for one in named)


def folded(address: str) -> str:
    """Two ways to write one address, as nearly all servers read it."""
    return address.strip().casefold()


def _without(told: str, why: str) -> str:
    return why.replace(told, "the address") if told else why
