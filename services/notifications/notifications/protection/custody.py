"""All that notifications holds about people: messages, wishes, and facts that messages need."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from kit import Transaction
from kit.personal.ending import as_revision, in_batches, staff_who_left, unheard_since
from kit.personal.holdings import (
    Custody,
    Document,
    Holding,
    Subject,
    either,
    hanging_on,
    of_applications,
    of_people,
)
from notifications.models import (
    Application,
    Attachment,
    Attendance,
    Candidate,
    Declaration,
    DigestItem,
    Group,
    Language,
    Mailing,
    MailingBadRow,
    MailingErased,
    MailingPiece,
    Message,
    Outcome,
    Preference,
    Result,
    Seat,
    StaffMember,
    Submission,
    Suppression,
)

PIECE: Final = 1_048_576
_of_people = either(of_people(Message.person_id), of_applications(Message.application_id))


def _to_their_address(subject: Subject) -> ColumnElement[bool]:
    """To an address alone, at which messages of theirs have reached them, too. True or false, and
    never NULL."""
    reached = select(func.lower(Message.recipient)).where(
        Message.person_id.in_(subject.person_ids), Message.recipient.is_not(None)
    )
    return and_(
        Message.person_id.is_(None),
        Message.to_address.is_not(None),
        func.lower(Message.to_address).in_(reached),
    )


def messages_of(subject: Subject) -> ColumnElement[bool]:
    """To somebody or about them, each way by an index of its own."""
    ways = (_of_people(subject), _to_their_address(subject))
    return Message.message_id.in_(union_all(*[select(Message.message_id).where(w) for w in ways]))


def _to_them(subject: Subject) -> ColumnElement[bool]:
    """Messages of somebody's own. What is about them may have gone to a coach, say, or to the
    address of their school's head; what has no addressee went to the provider's own team."""
    to_team = and_(Message.person_id.is_(None), Message.to_address.is_(None))
    own = func.coalesce(Message.person_id.in_(subject.person_ids), false())
    return and_(messages_of(subject), or_(own, to_team, _to_their_address(subject)))


def _to_others(subject: Subject) -> ColumnElement[bool]:
    return and_(messages_of(subject), ~_to_them(subject))


_FILES: Final = "operators' files, gone a week after they came; what was sent is among the messages"
_NOT_TO: Final = "hashes of addresses to which a file is not sent any more, gone with the file"
_OF_OTHERS: Final = dict.fromkeys(
    ("person_id", "recipient", "to_address", "to_name", "subject", "body", "personalisation"),
    "it was sent to somebody else, and may tell of more people",
)


def _fact(model: Any, title: str) -> Holding:
    """A table of facts whose rows belong to an application."""
    return Holding(model=model, title=title, kind="facts", of=of_applications(model.application_id))


HOLDINGS: Final = (
    Holding(
        model=Suppression,
        title="Addresses of yours to which we do not write",
        kind="wishes",
        of=either(
            of_people(Suppression.person_id),
            hanging_on(
                Suppression.address, func.lower(Message.recipient), of_people(Message.person_id)
            ),
        ),
    ),
    Holding(
        model=Attachment,
        title="Files that came with messages to you",
        kind="messages",
        of=hanging_on(Attachment.message_id, Message.message_id, messages_of),
        withheld={"content": "it is among the documents"},
        old=lambda before: Attachment.message_id.in_(
            select(Message.message_id).where(Message.created_at < before)
        ),
    ),
    Holding(
        model=Message,
        title="Messages to you",
        kind="messages",
        of=_to_them,
        old=lambda before: Message.created_at < before,
        record="message",
    ),
    Holding(
        model=Message,
        title="Messages about you to others",
        kind="messages",
        of=_to_others,
        withheld=_OF_OTHERS,
        old=lambda before: Message.created_at < before,
        record="message",
    ),
    Holding(
        model=DigestItem,
        title="What you were to be told together",
        kind="messages",
        of=either(of_people(DigestItem.person_id), of_applications(DigestItem.application_id)),
        old=lambda before: DigestItem.created_at < before,
    ),
    Holding(
        model=Preference,
        title="How you want to hear of things",
        kind="wishes",
        of=of_people(Preference.person_id),
    ),
    Holding(
        model=Language,
        title="Your language",
        kind="wishes",
        of=of_people(Language.person_id),
    ),
    _fact(Declaration, "Declarations of your training"),
    _fact(Outcome, "Your outcome at DfE"),
    _fact(Group, "Your group"),
    _fact(Seat, "Your seats"),
    _fact(Attendance, "Your attendance"),
    _fact(Candidate, "Your assessment windows"),
    _fact(Submission, "That you submitted"),
    _fact(Result, "That you have a result"),
    Holding(
        model=Application,
        title="Your application",
        kind="facts",
        of=either(
            of_applications(Application.application_id), of_people(Application.participant_id)
        ),
    ),
    Holding(
        model=StaffMember,
        title="That you work for the programme",
        kind="facts",
        of=of_people(StaffMember.staff_id),
    ),
)


def ended_before(tx: Transaction, before: datetime) -> Iterator[Subject]:
    """By when it was told that they left, had passed, or that their completion was declared, or
    because nothing was told for too long: a revision is the microsecond of a change."""
    over = _over(as_revision(before), unheard_since(before))
    wanted = select(Application.application_id, Application.participant_id).where(over)
    for rows in in_batches(tx, wanted, Application.application_id):
        people = {row.participant_id for row in rows}
        goes_on = select(Application.participant_id).where(
            Application.participant_id.in_(people), ~over
        )
        yield Subject(
            tuple(people - set(tx.scalars(goes_on))),
            tuple(row.application_id for row in rows),
        )
    yield from staff_who_left(tx, StaffMember, StaffMember.staff_id, before)


def _over(revision: int, unheard: int) -> ColumnElement[bool]:
    left = or_(
        Application.status.in_(("rejected", "removed")),
        Application.training_status.is_not_distinct_from("withdrawn"),  # of an applicant it is NULL
    )
    passed = exists().where(
        Result.application_id == Application.application_id,
        Result.passed,
        Result.revision < revision,
    )
    recorded = exists().where(
        Outcome.application_id == Application.application_id,
        Outcome.state == "passed",
        Outcome.revision < revision,
    )
    completed = exists().where(
        Declaration.application_id == Application.application_id,
        Declaration.declaration_type == "completed",
        Declaration.declared,
        Declaration.revision < revision,
    )
    gone = and_(left, Application.revision < revision)
    return or_(gone, passed, recorded, completed, Application.revision < unheard)


def documents(tx: Transaction, subject: Subject) -> list[Document]:
    """Files that came with messages to them."""
    theirs = hanging_on(Attachment.message_id, Message.message_id, _to_them)
    found = select(Attachment.name, Attachment.sha256, func.length(Attachment.content)).where(
        theirs(subject)
    )
    return [Document(*row) for row in tx.execute(found).all()]


def piece(tx: Transaction, sha256: str, position: int) -> bytes | None:
    """A piece of such a file."""
    begin = literal(position * PIECE + 1)
    part = func.substr(Attachment.content, begin, PIECE, type_=LargeBinary)
    content = tx.scalar(select(part).where(Attachment.sha256 == sha256).limit(1))
    return bytes(content) if content else None


CUSTODY: Final = Custody(
    service="notifications",
    holdings=HOLDINGS,
    elsewhere=dict.fromkeys((Mailing, MailingPiece, MailingBadRow), _FILES)
    | {MailingErased: _NOT_TO},
    ended_before=ended_before,
    ending="facts",
    applications=(Application.application_id, Application.participant_id),
    documents=documents,
    piece=piece,
)
