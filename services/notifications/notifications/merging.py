"""Two accounts of one person become one: what was said by and waits for the former one is the
other's from then on.
"""

from uuid import UUID

from sqlalchemy import or_, select, update

from kit import Transaction
from notifications import queries
from notifications.domain.statuses import WAITING
from notifications.models import DigestItem, Language, Message, Preference


def carry_over(tx: Transaction, application_id: UUID, former: UUID, now: UUID) -> None:
    """An application is no longer of the `former` account. What the other has chosen itself holds
    against what this one had; the former's choices stay, as it may have other applications.
    """
    queries.move_to_participant(tx, application_id, now)
    tx.execute(
        update(DigestItem)
        .where(DigestItem.person_id == former, DigestItem.application_id == application_id)
        .values(person_id=now)
    )
    tx.execute(
        update(Message)
        .where(
            Message.person_id == former,
            or_(Message.application_id == application_id, Message.application_id.is_(None)),
            Message.status.in_(WAITING),
        )
        .values(person_id=now)
    )
    for said in tx.scalars(select(Preference).where(Preference.person_id == former)):
        if tx.get(Preference, (now, said.topic)) is None:
            tx.add(
                Preference(
                    person_id=now,
                    topic=said.topic,
                    wanted=said.wanted,
                    changed_at=said.changed_at,
                    changed_by=said.changed_by,
                )
            )
    language = tx.get(Language, former)
    if language is not None and tx.get(Language, now) is None:
        tx.add(Language(person_id=now, language=language.language))
