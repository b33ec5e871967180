"""People's own links in messages, such as to the page where a script is sent in.

The service whose page it is makes them: there the secret lives, and what a link may do is decided.
It is asked when a message is written, for all that are due at once. A link is a key, so it stands
in the mail that goes out and nowhere else: what is kept of a message says only that it had one.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from headship_contracts.assessment.assessors import MarkingLinks
from headship_contracts.assessment.submissions import SubmissionLinks
from headship_contracts.enrolment.waitlist import OfferLinks
from headship_contracts.errors import ServiceError
from headship_contracts.links import LinksFound, LinkWanted
from headship_contracts.sessions.check_in import CheckInLinks
from notifications.claiming import Due

KEPT_INSTEAD = "(your own link)"
"""What stands for a link in the text that is kept."""

SECONDS = 10.0

MARKING = "marking"
"""The one kind of link that is a member of staff's, and no participant's."""

REQUESTS: Mapping[str, type[OfferLinks | SubmissionLinks | CheckInLinks | MarkingLinks]] = {
    "offer": OfferLinks,
    "submission": SubmissionLinks,
    "check_in": CheckInLinks,
    MARKING: MarkingLinks,
}
"""By what a template says behind `Link:`; see `notifications.domain.templates.LINKS`."""

Key = tuple[str, UUID, UUID | None]  # kind, application or marker, window

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PersonalLinks:
    """Those found. `silent`: the kinds whose service gave no answer."""

    addresses: Mapping[Key, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()

    def of(self, one: Due) -> str | None:
        """The link of a message whose template carries one; None where its service gave none."""
        key = _key(one)
        return None if key is None else self.addresses.get(key)


def ask_for(ask: Callable[..., LinksFound], due: Sequence[Due]) -> PersonalLinks:
    """The links that these messages carry."""
    addresses: dict[Key, str] = {}
    silent = set()
    wanted = {key for one in due if (key := _key(one)) is not None}
    for kind in sorted({kind for kind, _whose, _window in wanted}):
        of = "staff_id" if kind == MARKING else "application_id"
        asked = [
            LinkWanted(**{of: whose, "window_id": window_id})
            for its_kind, whose, window_id in sorted(wanted, key=str)
            if its_kind == kind
        ]
        try:
            found = ask(REQUESTS[kind](wanted=asked), seconds=SECONDS)
        except ServiceError as error:  # whatever is wrong there, all other messages go out
            _log.warning("messages wait for links", extra={"link": kind, "reason": error.code})
            silent.add(kind)
            continue
        for link in found.links:
            if link.whose is not None:
                addresses[kind, link.whose, link.window_id] = link.url
    return PersonalLinks(addresses, frozenset(silent))


def _key(one: Due) -> Key | None:
    kind = one.template.link
    whose = one.person_id if kind == MARKING else one.application_id
    if kind is None or whose is None:
        return None
    return kind, whose, one.window_id if kind == "submission" else None


def without(text: str, link: str | None) -> str:
    """The text as it is kept."""
    return text if link is None else text.replace(link, KEPT_INSTEAD)
