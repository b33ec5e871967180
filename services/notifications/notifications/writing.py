"""From a message that is due to a mail: to whom it goes, and in which words."""

from collections.abc import Mapping, Sequence
from contextlib import suppress as passing_over
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from headship_contracts.enrolment.people import Person
from kit import Transaction, links
from notifications import pacing, queries
from notifications.channels import File, Mail
from notifications.claiming import Due
from notifications.domain.addresses import BadAddress, folded, is_among, read_address
from notifications.domain.pacing import Rate
from notifications.domain.placeholders import MissingValues
from notifications.domain.statuses import Status
from notifications.domain.templates import CRITICAL, TOPICS
from notifications.domain.values import Value
from notifications.models import Attachment
from notifications.personal_links import PersonalLinks, without
from notifications.settings import NotificationsSettings
from notifications.settling import become, its_own, put_off
from notifications.suppressions import suppress, suppressed_among
from notifications.wordings import catalogue

UNSUBSCRIBE = "unsubscribe"
"""What the links in `List-Unsubscribe` are signed for."""

GOOD_FOR = timedelta(days=365)
SOMEBODY = "a participant"
"""Who enrolment does not know any more, in a line about them."""

People = Mapping[UUID, Person]


@dataclass(frozen=True)
class Written:
    """A mail that can go out, and what is kept of it then: see `queries.take_in_hand`."""

    mail: Mail
    kept: Mapping[str, Any]


@dataclass(frozen=True)
class Failed:
    """Why a message cannot be written. `later`: it may be, after a pause."""

    reason: str
    status: Status = Status.PERMANENT_FAILURE
    later: bool = False
    bad_address: str | None = None


def people_of(due: Sequence[Due]) -> set[UUID]:
    """Everybody whose name or address is needed to write these."""
    wanted = {one.person_id for one in due if one.person_id is not None}
    for one in due:
        wanted |= _named_in(one.values)
        for line in one.lines:
            wanted |= _named_in(line.values)
    return wanted


def _named_in(values: Mapping[str, Any]) -> set[UUID]:
    found = set()
    for value in values.values():
        if isinstance(value, Mapping) and "person" in value:
            with passing_over(ValueError, TypeError, AttributeError):  # told when it is written
                found.add(UUID(value["person"]))
    return found


def write_all(
    tx: Transaction,
    round_id: UUID,
    due: Sequence[Due],
    people: People,
    links: PersonalLinks,
    settings: NotificationsSettings,
) -> list[Written]:
    """The mails that can go out now; the other messages are settled."""
    addressed: list[tuple[Due, Person | None, str]] = []
    failed: dict[UUID, Failed] = {}
    for one in due:
        found = _addressed(one, people, settings)
        if isinstance(found, Failed):
            failed[one.message_id] = found
        else:
            addressed.append((one, *found))
    dead = suppressed_among(tx, {folded(address) for _one, _person, address in addressed})
    files = _files(tx, [one.message_id for one, _person, _address in addressed])
    written: list[Written] = []
    for one, person, address in addressed:
        if folded(address) in dead:
            failed[one.message_id] = Failed(f"suppressed: {dead[folded(address)]}")
            continue
        try:
            mail = _written(tx, one, person, address, people, links.of(one), settings, files)
        except Exception as error:  # a bug: it must not hold up the others
            mail = Failed(its_own(one.message_id, error), Status.TECHNICAL_FAILURE)
        if isinstance(mail, Failed):
            failed[one.message_id] = mail
            continue
        written.append(Written(mail, _kept(one, mail, links.of(one))))
    _settle(tx, failed)
    return _in_pace(tx, round_id, written, settings)


def _addressed(
    one: Due, people: People, settings: NotificationsSettings
) -> tuple[Person | None, str] | Failed:
    person = None
    if one.person_id is not None:
        person = people.get(one.person_id)
        if person is None:
            return Failed("person_unknown", later=True)
        address = person.email
    else:
        address = one.to_address or settings.team_address
    if not address:
        return Failed("no_address")
    if settings.mail_only_to and not is_among(address, settings.mail_only_to):
        return Failed("not_sent_here: MAIL_ONLY_TO names others", Status.CANCELLED)
    return person, address


def _written(
    tx: Transaction,
    one: Due,
    person: Person | None,
    told: str,
    people: People,
    link: str | None,
    settings: NotificationsSettings,
    files: Mapping[UUID, Sequence[File]],
) -> Mail | Failed:
    if one.template.link is not None and link is None:
        return Failed("link_unknown", later=True)
    try:
        address = read_address(told)
    except BadAddress as error:
        return Failed(f"bad_address: {error}", bad_address=told)
    found = {
        "name": person.full_name if person else one.to_name,
        "course": one.course,
        "provider": settings.provider_name,
        "link": link,
    }
    values = _values(one.values, people) | {k: v for k, v in found.items() if v is not None}
    try:
        if one.lines:
            values |= _told_lines(tx, one, people)
        choices = _choices_url(tx, one, settings)
        rendered = one.template.render(values, choices)
    except MissingValues as error:
        return Failed(f"no value for {', '.join(error.keys)}", Status.TECHNICAL_FAILURE)
    domain = settings.mail_from.rpartition("@")[2]
    return Mail(
        message_id=str(one.message_id),
        mail_id=one.mail_id or f"<{one.message_id}@{domain}>",
        template=one.template.name,
        sender=settings.mail_from,
        sender_name=settings.mail_from_name or "",
        recipient=address.written,
        wire=address.wire,
        bounces_to=bounces_to(settings, one.message_id),
        subject=rendered.subject,
        plain=rendered.plain,
        html=rendered.html,
        markup=rendered.markup,
        at=tx.at,
        unsubscribe_url=choices,
        files=files.get(one.message_id, ()),
        in_doubt=one.in_doubt,
    )


def _values(values: Mapping[str, Any], people: People) -> dict[str, Value | None]:
    """The values, with the names of the people whom they name by id."""

    def named(value: Any) -> Any:
        if isinstance(value, Mapping) and "person" in value:
            person = people.get(UUID(value["person"]))
            return person.full_name if person else SOMEBODY
        return value

    return {key: named(value) for key, value in values.items()}


def _told_lines(tx: Transaction, one: Due, people: People) -> dict[str, Value | None]:
    topic = str(one.values.get("topic", "other"))
    given = {"course": one.course or "programme"}
    told = [
        catalogue(tx)
        .in_use(line.template, one.template.language)
        .render_line(_values(line.values, people) | given)
        for line in one.lines
    ]
    return {"lines": told, "count": len(told), "topic": TOPICS.get(topic, topic)}


def bounces_to(settings: NotificationsSettings, message_id: UUID) -> str:
    """The envelope's sender: what comes back to it names its message (VERP)."""
    if settings.bounce_address is None:
        return settings.mail_from
    local, _, domain = settings.bounce_address.rpartition("@")
    return f"{local}+{message_id.hex}@{domain}"


def _choices_url(tx: Transaction, one: Due, settings: NotificationsSettings) -> str | None:
    """Where its reader turns its topic off, or others. None for what cannot be turned off, and
    where pages have no address of their own.
    """
    critical = one.template.message_class == CRITICAL
    has_pages = settings.public_url is not None and settings.link_secrets
    if not has_pages or one.person_id is None or critical:
        return None
    subject = f"{one.person_id}:{one.template.topic}"
    if "topic" in one.values:
        subject = f"{one.person_id}:{one.values['topic']}"
    token = links.sign(UNSUBSCRIBE, subject, tx.at + GOOD_FOR)
    return f"{(settings.public_url or '').rstrip('/')}/unsubscribe/{token}"


def _kept(one: Due, mail: Mail, link: str | None) -> dict[str, Any]:
    return {
        "message_id": one.message_id,
        "mail_id": mail.mail_id,
        "person_id": one.person_id,
        "recipient": mail.recipient,
        "subject": mail.subject,
        "body": without(without(mail.plain, link), mail.unsubscribe_url),
    }


def _files(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[File]]:
    found: dict[UUID, list[File]] = {}
    wanted = select(Attachment).where(Attachment.message_id.in_(ids)).order_by(Attachment.position)
    for row in tx.scalars(wanted):
        file = File(name=row.name, content_type=row.content_type, content=row.content)
        found.setdefault(row.message_id, []).append(file)
    return found


def _settle(tx: Transaction, failed: Mapping[UUID, Failed]) -> None:
    if not failed:
        return
    for message_id, message in queries.locked_messages(tx, failed).items():
        failure = failed[message_id]
        if failure.later:
            put_off(tx, message, failure.reason)
            continue
        if failure.bad_address is not None:
            message.recipient = failure.bad_address[:320]
            suppress(tx, message, failure.reason)
        at_fault = failure.status is Status.PERMANENT_FAILURE
        become(tx, message, failure.status, failure.reason, bad_address=at_fault)


def _in_pace(
    tx: Transaction, round_id: UUID, written: Sequence[Written], settings: NotificationsSettings
) -> list[Written]:
    """Those that may leave now; others, to a domain that has got enough for the moment, wait."""
    rate = Rate(settings.mail_per_domain_per_minute)
    by_domain = _by_domain(written)
    if not by_domain:
        return []
    taken = pacing.take_each(tx, rate, {f"domain:{d}": len(its) for d, its in by_domain.items()})
    too_soon: dict[UUID, datetime] = {}
    for domain, its in by_domain.items():
        allowed = taken[f"domain:{domain}"]
        for place, one in enumerate(its[allowed.tokens :]):  # each when there is a token for it
            too_soon[one.kept["message_id"]] = allowed.again_at + place * rate.apart
    queries.put_aside(tx, round_id, too_soon)
    return [one for one in written if one.kept["message_id"] not in too_soon]


def give_back_turns(tx: Transaction, written: Sequence[Written]) -> None:
    """These do not leave now after all."""
    of_each = {f"domain:{domain}": len(its) for domain, its in _by_domain(written).items()}
    pacing.give_back_each(tx, of_each)


def _by_domain(written: Sequence[Written]) -> dict[str, list[Written]]:
    found: dict[str, list[Written]] = {}
    for one in written:
        domain = (one.mail.wire or one.mail.recipient).rpartition("@")[2].lower()
        found.setdefault(domain, []).append(one)
    return found
