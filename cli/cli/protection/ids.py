"""From what an operator types to the ids by which the services know a person."""

from uuid import UUID

from cli.errors import CommandError
from cli.imports.asking import Ask
from headship_contracts.enrolment.protection import IdentifyPerson, PersonIds


def an_id(text: str, what: str) -> UUID:
    """The id; `what` is how the command line calls it."""
    try:
        return UUID(text)
    except ValueError as error:
        raise CommandError(f"{what} is {text!r}, which is no id") from error


def identified(ask: Ask, text: str) -> PersonIds:
    """All ids of whom one of them names."""
    found: PersonIds = ask(IdentifyPerson(person_id=an_id(text, "PERSON")))
    return found
