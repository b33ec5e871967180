"""Taking messages that are due: what is no longer true is cancelled, what must wait is held.

A round takes messages under its own id, and holds a lease of that name while it lives. Messages of
a round whose lease is free are of one that died: see `recover`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from kit import Transaction
from kit.db import ServiceDatabase
from notifications import daily, digests, facts, metrics, pacing, preferences, queries
from notifications.channels import Channel
from notifications.digests import Line
from notifications.domain.pacing import Rate, Taken
from notifications.domain.relevance import why_not
from notifications.domain.statuses import Status, after_a_crash, next_attempt
from notifications.domain.templates import CRITICAL, Template
from notifications.domain.wording import course_name
from notifications.holding import Holding
from notifications.models import Application, Message
from notifications.rounds import day_of_round, lease_of
from notifications.settings import NotificationsSettings
from notifications.settling import become, its_own
from notifications.templates import is_to_come
from notifications.wordings import catalogue

AT_ONCE = 200
"""Messages taken together; fewer people than enrolment tells of in one answer."""

FORMER_RELEASE = timedelta(hours=1)
"""How long a replica of a release without rounds may have a message in hand."""

LOOK_AGAIN_FIRST, LOOK_AGAIN = timedelta(seconds=1), timedelta(seconds=60)
"""When to look again at a message about an application that enrolment has not told of yet: after as
long again as it has waited, within these. What enrolment told may be about to be committed. Where a
link could not be had, after the longer of them.
"""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A message that is true now, and what it takes to write it."""

    message_id: UUID
    template: Template
    person_id: UUID | None
    to_address: str | None
    to_name: str | None
    application_id: UUID | None = None
    window_id: UUID | None = None
    course: str | None
    values: Mapping[str, Any]
    lines: Sequence[Line] = ()
    mail_id: str | None = None
    in_doubt: bool = False


@dataclass(frozen=True)
class Claimed:
    """What a round has taken. `again_at`: there is more, but not before that instant."""

    looked_at: int = 0
    due: list[Due] = field(default_factory=list)
    again_at: datetime | None = None


def bucket_of(channel: Channel) -> str:
    """Where the tokens are of which a round takes one for each message that is due."""
    return f"channel:{channel.name}"


def recover(db: ServiceDatabase, channel: Channel, at: datetime) -> None:
    """Settle what rounds have left behind whose process died. What was in hand of them may have
    gone: a critical message goes out again, any other is unknown from now on.
    """
    with db.transaction(at=at) as tx:
        for message in queries.left_in_hand(tx, datetime.now(UTC) - FORMER_RELEASE):
            _recovered(tx, message, channel.repeatable)
        found = queries.rounds(tx)
    for round_id in found:
        if not db.leases.take(lease_of(round_id)):
            continue  # it lives
        try:
            with db.transaction(at=at) as tx:
                _recover_round(tx, round_id, channel)
        finally:
            db.leases.give_back(lease_of(round_id))


def _recover_round(tx: Transaction, round_id: UUID, channel: Channel) -> None:
    messages = queries.of_round(tx, round_id)
    never_left = [message for message in messages if message.handed_at is None]
    for message in messages:
        _recovered(tx, message, channel.repeatable)
    day = day_of_round(round_id)
    if day is not None:
        daily.give_back(tx, channel.name, len(never_left), day)


def _recovered(tx: Transaction, message: Message, repeatable: bool) -> None:
    message.claimed_by = None
    if message.handed_at is None:
        return
    message.handed_at = None
    critical = message.message_class == CRITICAL
    if after_a_crash(critical=critical, repeatable=repeatable) is Status.UNKNOWN:
        become(tx, message, Status.UNKNOWN, "service_died")
        return
    message.attempts += 1
    message.reason = "service_died"
    if next_attempt(message.attempts, datetime.now(UTC)) is None:
        become(tx, message, Status.TECHNICAL_FAILURE, "service_died")


def claim(
    tx: Transaction, round_id: UUID, channel: Channel, settings: NotificationsSettings
) -> Claimed:
    """Take as many messages as the channel's rate allows, and look at each."""
    now = datetime.now(UTC)
    rate = Rate(settings.mail_per_minute)
    allowed = pacing.take(tx, bucket_of(channel), rate, AT_ONCE)
    if not allowed.tokens:
        return Claimed(again_at=_if_any(tx, now, allowed))
    messages = queries.claim_due(tx, round_id, tx.at, now, allowed.tokens)
    left_today = daily.left(tx, channel.name, settings.mail_per_day)
    due = _true_now(tx, messages, settings, now, left_today)
    daily.count(tx, channel.name, len(due))
    pacing.give_back(tx, bucket_of(channel), allowed.tokens - len(due))
    return Claimed(looked_at=len(messages), due=due)


def unused(tx: Transaction, channel: Channel, messages: int) -> None:
    """So many that a round has taken do not leave now after all."""
    pacing.give_back(tx, bucket_of(channel), messages)
    daily.give_back(tx, channel.name, messages)


def _if_any(tx: Transaction, now: datetime, allowed: Taken) -> datetime | None:
    return allowed.again_at if queries.count_due(tx, tx.at, now) else None


def _true_now(
    tx: Transaction,
    messages: Sequence[Message],
    settings: NotificationsSettings,
    now: datetime,
    left_today: int | None,
) -> list[Due]:
    worded = [(one, template) for one in messages if (template := _wording_of(tx, one, now))]
    known = facts.read(tx, [(message, template.needs) for message, template in worded])
    true = []
    for message, template in worded:
        application = known.application_of(message)
        if message.application_id is not None and application is None:
            message.next_attempt_at, message.claimed_by = _look_again(message, now), None
            continue
        try:
            optional = None if template.message_class == CRITICAL else _topic(message, template)
            reason = why_not(template.needs, known.about(message, optional), tx.at)
        except Exception as error:  # a bug: it must not hold up the others
            become(tx, message, Status.TECHNICAL_FAILURE, its_own(message.message_id, error))
            continue
        if reason is not None:
            become(tx, message, Status.CANCELLED, reason)
        else:
            true.append((message, template))
    could_go = [message for message, _template in true]
    holding = Holding(tx, could_go, known, settings, left_today)
    going = [(message, template) for message, template in true if not holding.hold(message)]
    return _prepared(tx, going, known)


def _look_again(message: Message, now: datetime) -> datetime:
    waited = now - datetime.fromtimestamp(message.revision / 1e6, UTC)
    return now + min(max(waited, LOOK_AGAIN_FIRST), LOOK_AGAIN)


def _topic(message: Message, template: Template) -> str:
    """A digest's topic is that of what it tells."""
    return str(message.personalisation.get("topic") or template.topic)


def _wording_of(tx: Transaction, message: Message, now: datetime) -> Template | None:
    """The wording with which a message was queued. If it is gone, the message has failed; one that
    a newer release beside this one has queued is left to that.
    """
    found = catalogue(tx).get(message.template, message.template_version)
    if found is None and is_to_come(message.template, message.template_version):
        message.next_attempt_at, message.claimed_by = now + LOOK_AGAIN, None
    elif found is None:
        become(tx, message, Status.TECHNICAL_FAILURE, "template_gone")
    return found


def _prepared(
    tx: Transaction, going: Sequence[tuple[Message, Template]], known: facts.Known
) -> list[Due]:
    digested = [message for message, template in going if template.name in digests.DIGESTS]
    lines = digests.lines_of(tx, digested)
    people = {m.person_id for m, _template in going if m.person_id is not None}
    languages = preferences.languages_of(tx, people)
    found = []
    for message, template in going:
        its_lines = lines.get(message.message_id)
        if its_lines is not None and not its_lines:
            become(tx, message, Status.CANCELLED, "nothing_left")
            continue
        try:
            if message.person_id in languages:
                template = catalogue(tx).in_use(template.name, languages[message.person_id])
                message.template_version, message.language = template.version, template.language
            found.append(_due(message, template, known, its_lines or ()))
        except Exception as error:  # a bug: it must not hold up the others
            become(tx, message, Status.TECHNICAL_FAILURE, its_own(message.message_id, error))
    return found


def _due(message: Message, template: Template, known: facts.Known, lines: Sequence[Line]) -> Due:
    application = known.application_of(message)
    return Due(
        message_id=message.message_id,
        template=template,
        person_id=_person(message, application),
        to_address=message.to_address,
        to_name=message.to_name,
        application_id=message.application_id,
        window_id=message.window_id,
        course=course_name(application.course) if application else None,
        values=known.values_of(message, template.needs),
        lines=lines,
        mail_id=message.mail_id,
        in_doubt=message.status == Status.SENDING,
    )


def _person(message: Message, application: Application | None) -> UUID | None:
    """Whoever the application belongs to now: two accounts may have become one since.

    A message to somebody else about an application, such as its hub, stays theirs.
    """
    if message.person_id is None or application is None:
        return message.person_id
    return application.participant_id


def waits_for_enrolment(tx: Transaction, round_id: UUID, due: Sequence[Due]) -> None:
    """Let go of messages that cannot be addressed now."""
    queries.let_go_of(tx, round_id, [one.message_id for one in due])
    tx.count(metrics.waits_for_enrolment)


def waits_for_links(tx: Transaction, round_id: UUID, due: Sequence[Due], now: datetime) -> None:
    """Put messages aside whose links cannot be had now; the others of the round go out."""
    queries.put_aside(tx, round_id, {one.message_id: now + LOOK_AGAIN for one in due})
    for one in due:
        tx.count(metrics.waits_for_links.labels(link=one.template.link))
