"""Sending what is due: is it still true, who is it, render, hand over, keep what became of it.

A message is marked as in hand, and that is committed, before a channel gets it. One still marked
when the service starts again was in hand when the service died: a critical one goes out again, any
other is `unknown` from then on. So a message that is not critical goes out at most once, a critical
one at least once. A channel that makes no second copy is simply given it again.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from headship_contracts.enrolment.people import People, PeopleFound, Person
from headship_contracts.errors import Unavailable
from kit import Transaction
from kit.db import ServiceDatabase
from notifications import facts, metrics, queries
from notifications.channels import Channel, Mail, NotEver, NotKnown, NotNow, Sender
from notifications.domain.placeholders import MissingValues
from notifications.domain.relevance import why_not
from notifications.domain.statuses import WAITING, Status, after_a_crash, next_attempt
from notifications.domain.templates import CRITICAL
from notifications.domain.wording import course_name
from notifications.models import Application, Message
from notifications.settings import NotificationsSettings
from notifications.settling import Attempt, become, keep, put_off
from notifications.templates import all_templates, template_of

AT_ONCE = 500
"""Messages looked at together: as many people as enrolment tells of in one answer."""

TOGETHER = 100
"""Mails marked as in hand at once, where a channel can be given the same mail again."""

LOOK_AGAIN = timedelta(seconds=60)
"""When to look again at a message about an application that enrolment has not told of yet."""

SECONDS_FOR_PEOPLE = 10.0

Asking = Callable[..., PeopleFound]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """A message that is true now, and to whom it goes; no person: to the provider's team."""

    message_id: UUID
    person_id: UUID | None
    course: str | None


def send_due(
    db: ServiceDatabase,
    channel: Channel,
    ask: Asking,
    settings: NotificationsSettings,
    at: datetime,
) -> None:
    """Send until nothing is due, or enrolment does not answer."""
    while True:
        with db.transaction(at=at) as tx:
            looked_at, due = _choose(tx, channel.repeatable)
        if not looked_at:
            return
        try:
            people = _people(ask, due)
        except Unavailable as error:
            metrics.waits_for_enrolment.inc()
            _log.warning("messages wait for enrolment", extra={"reason": error.code})
            return
        with channel.open() as sender:
            at_once = TOGETHER if channel.repeatable else 1
            _send(db, sender, at_once, settings, due, people, at)


def _may_go_on(tx: Transaction, message: Message, repeatable: bool) -> bool:
    """Whether a message may go out that was in hand when its process died."""
    message.handed_at = None
    critical = message.message_class == CRITICAL
    if after_a_crash(critical=critical, repeatable=repeatable) is Status.UNKNOWN:
        become(tx, message, Status.UNKNOWN, "service_died")
        return False
    message.attempts += 1
    if next_attempt(message.attempts, datetime.now(UTC)) is None:
        become(tx, message, Status.TECHNICAL_FAILURE, "service_died")
        return False
    return True


def _choose(tx: Transaction, repeatable: bool) -> tuple[int, list[Due]]:
    """Look at the next messages: what is no longer true is cancelled, what is too early waits."""
    now = datetime.now(UTC)
    messages = queries.due_messages(tx, tx.at, now, AT_ONCE)
    readable = [message for message in messages if _has_wording(tx, message)]
    known = facts.read(tx, readable)
    due = []
    for message in readable:
        if message.handed_at is not None and not _may_go_on(tx, message, repeatable):
            continue
        application = known.application_of(message)
        if message.application_id is not None and application is None:
            message.next_attempt_at = now + LOOK_AGAIN
            continue
        template = template_of(message.template, message.template_version)
        reason = why_not(template.needs, known.about(message), tx.at)
        if reason is not None:
            become(tx, message, Status.CANCELLED, reason)
            continue
        due.append(Due(message.message_id, _person(message, application), _course(application)))
    return len(messages), due


def _has_wording(tx: Transaction, message: Message) -> bool:
    """Whether the wording with which a message was queued is still there; if not, it has failed."""
    found = (message.template, message.template_version) in all_templates()
    if not found:
        become(tx, message, Status.TECHNICAL_FAILURE, "template_gone")
    return found


def _person(message: Message, application: Application | None) -> UUID | None:
    """Whoever the application belongs to now: two accounts may have become one since."""
    if message.person_id is None or application is None:
        return message.person_id
    return application.participant_id


def _course(application: Application | None) -> str | None:
    return course_name(application.course) if application else None


def _people(ask: Asking, due: Sequence[Due]) -> dict[UUID, Person]:
    wanted = sorted({one.person_id for one in due if one.person_id is not None}, key=str)
    if not wanted:
        return {}
    found = ask(People(ids=wanted), seconds=SECONDS_FOR_PEOPLE)
    return {person.person_id: person for person in found.people}


def _send(
    db: ServiceDatabase,
    sender: Sender,
    at_once: int,
    settings: NotificationsSettings,
    due: Sequence[Due],
    people: dict[UUID, Person],
    at: datetime,
) -> None:
    """Hand over, `at_once` at a time; what became of some is committed with marking the next."""
    attempts: list[Attempt] = []
    for first in range(0, len(due), at_once):
        some = due[first : first + at_once]
        with db.transaction(at=at) as tx:
            keep(tx, attempts)
            mails = _take_in_hand(tx, some, people, settings)
        attempts = [_hand_over(sender, message_id, mail) for message_id, mail in mails]
    with db.transaction(at=at) as tx:
        keep(tx, attempts)


def _take_in_hand(
    tx: Transaction,
    due: Sequence[Due],
    people: dict[UUID, Person],
    settings: NotificationsSettings,
) -> list[tuple[UUID, Mail]]:
    messages = queries.locked_messages(tx, [one.message_id for one in due])
    mails = []
    for one in due:
        message = messages[one.message_id]
        if message.status not in WAITING:
            continue
        person = people.get(one.person_id) if one.person_id else None
        if one.person_id is not None and person is None:
            put_off(tx, message, "person_unknown")
            continue
        recipient = person.email if person else settings.team_address
        if not recipient:
            become(tx, message, Status.PERMANENT_FAILURE, "no_address")
            continue
        mail = _written(tx, message, one, person, recipient, settings)
        if mail is not None:
            mails.append((message.message_id, mail))
    return mails


def _written(
    tx: Transaction,
    message: Message,
    due: Due,
    person: Person | None,
    recipient: str,
    settings: NotificationsSettings,
) -> Mail | None:
    """The mail, once its message is marked as in hand; None where it cannot be written."""
    values = dict(message.personalisation) | {
        "name": person.full_name if person else None,
        "course": due.course,
        "provider": settings.provider_name,
    }
    try:
        rendered = template_of(message.template, message.template_version).render(values)
    except MissingValues as error:
        become(tx, message, Status.TECHNICAL_FAILURE, f"no value for {', '.join(error.keys)}")
        return None
    domain = settings.mail_from.rpartition("@")[2]
    message.mail_id = message.mail_id or f"<{message.message_id}@{domain}>"
    message.status = Status.SENDING
    message.handed_at, message.next_attempt_at = datetime.now(UTC), None
    message.person_id = due.person_id
    message.recipient, message.subject, message.body = recipient, rendered.subject, rendered.plain
    message.revision = tx.next_revision(message.revision)
    return Mail(
        message_id=str(message.message_id),
        mail_id=message.mail_id,
        template=message.template,
        sender=settings.mail_from,
        recipient=recipient,
        subject=rendered.subject,
        plain=rendered.plain,
        html=rendered.html,
        at=tx.at,
    )


def _hand_over(sender: Sender, message_id: UUID, mail: Mail) -> Attempt:
    try:
        with metrics.handing_over.time():
            sender.hand_over(mail)
    except (NotNow, NotEver, NotKnown) as error:
        return Attempt(message_id, error)
    except Exception as error:  # a bug: it must not hold up the mails behind this one
        _log.exception("handing a mail over failed", extra={"message_id": str(message_id)})
        return Attempt(message_id, NotKnown(type(error).__name__))
    return Attempt(message_id, None)
