"""Errors that may cross a service boundary. Anything else is a bug in the callee.

ServiceError
  NotFound       no such record, or none that the caller may see
  Refused        understood, and the rules say no; retrying will not help
  Conflict       it clashes with what is already there (a stale revision, a reused key)
  Invalid        the request does not have the agreed shape; `fields` says where
  Unavailable    no answer in time, or nobody there to answer; retrying may help
  InternalError  a bug in the callee; `code` is fixed, `detail` is the correlation id to quote
"""

from collections.abc import Mapping, Sequence


class ServiceError(Exception):
    """`code` is stable and read by programs; `detail` is read by people.

    `fields` names what is wrong with which field of the request, and is empty for most kinds.
    A caller without this package sees the class name and `str(error)`, which begins with `code`.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.code = code
        self.detail = detail
        self.fields = {name: list(problems) for name, problems in (fields or {}).items()}
        super().__init__(code, detail, self.fields)  # these args are what travels

    def __str__(self) -> str:
        told = [self.detail] if self.detail else []
        told += [f"{name}: {'; '.join(problems)}" for name, problems in self.fields.items()]
        return f"{self.code}: {' | '.join(told)}" if told else self.code


class NotFound(ServiceError):
    """No such record, or none that the caller may see."""


class Refused(ServiceError):
    """The rules say no. The same request will be refused again until something else changes."""


class Conflict(ServiceError):
    """The request clashes with what is there: a stale revision, a key used for another body."""


class Invalid(ServiceError):
    """The request does not have the agreed shape. `fields` names each field and its problems."""


class Unavailable(ServiceError):
    """No answer within the deadline, or nobody there to answer. Safe to try again with a key."""


class InternalError(ServiceError):
    """A bug in the callee. `detail` is the correlation id under which its log tells more."""


CROSSING = (NotFound, Refused, Conflict, Invalid, Unavailable, InternalError)
"""The kinds that a caller may meet, most specific first."""
