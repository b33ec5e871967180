"""What comes back about messages: callbacks of GOV.UK Notify, and mail that returned.

Each may come late, twice, or before what it follows: a status only ever goes forward.
"""

import hmac
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from headship_contracts.errors import Invalid, NotFound
from kit import Transaction
from kit.db import ServiceDatabase
from kit.pages import Request
from kit.wire import parse
from notifications import metrics, preferences, queries
from notifications.channels import NotNow
from notifications.channels.notify import STATUSES, NotifyChannel
from notifications.domain.bounces import Report, read_report
from notifications.domain.statuses import WAITS, Status
from notifications.domain.templates import CRITICAL
from notifications.models import Message
from notifications.settling import TIMED_OUT, become
from notifications.suppressions import suppress
from notifications.wordings import catalogue

AT_ONCE = 50


def is_from(request: Request, token: str | None) -> bool:
    """Whether a request proves by its bearer token that it may tell us."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if token is None or kind.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), token.encode())


def read_callback(content: bytes) -> tuple[UUID | None, str, Status, str]:
    """(our id, Notify's id, status, Notify's word) of a callback. Raises Invalid."""
    try:
        told: dict[str, Any] = parse(content)
        word = str(told["status"])
        notify_id = str(UUID(str(told["id"])))
        reference = told.get("reference")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid("not_a_receipt", "expected Notify's JSON with id and status") from error
    if word not in STATUSES:
        known = ", ".join(STATUSES)
        raise Invalid("unknown_status", "", {"status": [f"{word!r}; it can be {known}"]})
    try:
        message_id = UUID(str(reference))
    except ValueError:
        message_id = None
    return message_id, notify_id, STATUSES[word], word


def keep_callback(tx: Transaction, content: bytes) -> bool:
    """Keep what Notify tells; says whether it was news. Raises Invalid, NotFound."""
    message_id, notify_id, status, word = read_callback(content)
    message = _locked(tx, message_id) or _by_reference(tx, notify_id)
    if message is None:
        metrics.receipts.labels(outcome="unknown").inc()
        raise NotFound("message_not_found", notify_id)
    message.channel_reference = message.channel_reference or notify_id
    return _keep_told(tx, message, status, word)


def _keep_told(tx: Transaction, message: Message, status: Status, word: str) -> bool:
    bad = status is Status.PERMANENT_FAILURE
    is_news = _keep(
        tx, message, status, None if status is Status.DELIVERED else word, bad_address=bad
    )
    if is_news and bad:
        suppress(tx, message, "permanent-failure at GOV.UK Notify")
    return is_news


def keep_returned(tx: Transaction, content: bytes, came_to: str | None) -> bool:
    """Keep what a mail that came back tells; says whether it was news.

    Raises Invalid for what is no report, NotFound for one of no message of ours.
    """
    report = read_report(content, came_to)
    if report is None:
        metrics.receipts.labels(outcome="unreadable").inc()
        raise Invalid("not_a_report", "no delivery report of a message of ours")
    message = _locked(tx, report.message_id)
    if message is None:
        metrics.receipts.labels(outcome="unknown").inc()
        raise NotFound("message_not_found", str(report.message_id))
    if report.complaint:
        return _keep_complaint(tx, message)
    if report.status is None:
        return False
    return _keep_report(tx, message, report, report.status)


def _keep_report(tx: Transaction, message: Message, report: Report, status: Status) -> bool:
    bad = report.bad_address
    is_news = _keep(tx, message, status, report.reason or None, bad_address=bad)
    if is_news and bad:
        suppress(tx, message, report.reason)
    return is_news


def _keep_complaint(tx: Transaction, message: Message) -> bool:
    """Who complains gets no more of this topic, but for what cannot be turned off; what they have
    chosen since it was sent holds.
    """
    if message.person_id is None or message.message_class == CRITICAL:
        return False
    template = catalogue(tx).get(message.template, message.template_version)
    topic = str(message.personalisation.get("topic") or (template.topic if template else "other"))
    chosen_at = preferences.chosen_at(tx, message.person_id, topic)
    if chosen_at is not None and message.sent_at is not None and chosen_at > message.sent_at:
        return False
    preferences.choose(tx, message.person_id, [(topic, preferences.NEVER)])
    return True


def _keep(
    tx: Transaction,
    message: Message,
    status: Status,
    reason: str | None,
    *,
    bad_address: bool = False,
) -> bool:
    if status in (Status.SENT, Status.DELIVERED):
        message.sent_at = message.sent_at or tx.at
    is_news = become(tx, message, status, reason, bad_address=bad_address)
    outcome = "kept" if is_news else "repeated"
    tx.count(metrics.receipts.labels(outcome=outcome))
    return is_news


def look_up(db: ServiceDatabase, channel: NotifyChannel, at: datetime) -> None:
    """Ask Notify about messages that may have gone, each in its turn: what it has was sent."""
    with db.transaction(at=at) as tx:
        doubted = [one.message_id for one in queries.in_doubt_since(tx, at - WAITS, AT_ONCE)]
    with channel.open() as sender:
        for message_id in doubted:
            try:
                found = sender.find(str(message_id))
            except NotNow:
                return
            with db.transaction(at=at) as tx:
                if found is None:
                    queries.asked_about(tx, message_id, datetime.now(UTC))
                    continue
                message = _locked(tx, message_id)
                if message is not None:
                    message.channel_reference = found
                    _keep(tx, message, Status.SENT, None)


def look_after(db: ServiceDatabase, channel: NotifyChannel, at: datetime) -> None:
    """Ask Notify about mails that it took three days ago and has told nothing of since: a callback
    may be lost. What Notify does not know the end of either has timed out.
    """
    with db.transaction(at=at) as tx:
        silent = queries.taken_between(tx, at - 2 * WAITS, at - WAITS, AT_ONCE)
    with channel.open() as sender:
        for message_id, reference in silent:
            try:
                status = sender.status_of(reference)
            except NotNow:
                return
            with db.transaction(at=at) as tx:
                message = _locked(tx, message_id)
                if message is None:
                    continue
                if status in (None, Status.SENT):
                    _keep(tx, message, Status.TEMPORARY_FAILURE, TIMED_OUT)
                else:
                    _keep_told(tx, message, status, str(status))


def _locked(tx: Transaction, message_id: UUID | None) -> Message | None:
    return queries.locked_messages(tx, [message_id]).get(message_id) if message_id else None


def _by_reference(tx: Transaction, reference: str) -> Message | None:
    return queries.message_referred_to(tx, reference)
