"""How people want to hear of things: at once, together or never; and in which language."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import Invalid, Refused
from headship_contracts.notifications.preferences import (
    GetPreferences,
    PreferencesRecord,
    SetPreferences,
    TopicPreference,
)
from kit import Transaction
from notifications.domain.templates import TOLD_TOGETHER, TOPICS
from notifications.domain.wording import ENGLISH
from notifications.models import Language, Preference
from notifications.protection.erased import is_gone

AT_ONCE, TOGETHER, NEVER = "at_once", "digest", "never"


def choices_of(topic: str) -> Sequence[str]:
    """How one may hear of a topic; what everybody has who has not said comes first."""
    return (TOGETHER, AT_ONCE, NEVER) if topic in TOLD_TOGETHER else (AT_ONCE, NEVER)


def effective(topic: str, wanted: str | None) -> str:
    """How somebody hears of a topic who has said this, or nothing."""
    possible = choices_of(topic)
    return wanted if wanted is not None and wanted in possible else possible[0]


def wanted_of(tx: Transaction, person_id: UUID, topic: str) -> str | None:
    """How someone wants to hear of a topic; None: they have not said."""
    found = tx.get(Preference, (person_id, topic))
    return found.wanted if found else None


def chosen_at(tx: Transaction, person_id: UUID, topic: str) -> datetime | None:
    """When someone last said how they want to hear of a topic; None: they have not."""
    found = tx.get(Preference, (person_id, topic))
    return found.changed_at if found else None


def unwanted(tx: Transaction, people: Collection[UUID]) -> frozenset[tuple[UUID, str]]:
    """(person, topic) of all that these people do not want to hear of."""
    if not people:
        return frozenset()
    rows = select(Preference.person_id, Preference.topic).where(
        Preference.person_id.in_(list(people)), Preference.wanted == NEVER
    )
    return frozenset((person, topic) for person, topic in tx.execute(rows))


def languages_of(tx: Transaction, people: Iterable[UUID]) -> Mapping[UUID, str]:
    """The languages of those who want another than English."""
    wanted = list(people)
    if not wanted:
        return {}
    rows = select(Language).where(Language.person_id.in_(wanted))
    return {row.person_id: row.language for row in tx.scalars(rows)}


def read(tx: Transaction, request: GetPreferences) -> PreferencesRecord:
    """Someone's choice of each topic."""
    return _record(tx, request.person_id)


def written(tx: Transaction, request: SetPreferences) -> PreferencesRecord:
    """Change what is given, and leave the rest. Raises Invalid for an unknown topic, and for one
    that cannot be told as is wanted, and Refused `person_erased`.
    """
    if is_gone(tx, request.person_id):
        raise Refused("person_erased", f"nothing is kept about {request.person_id} any more")
    strange = [one.topic for one in request.topics if one.topic not in TOPICS]
    if strange:
        told = f"{', '.join(strange)}: it can be {', '.join(TOPICS)}"
        raise Invalid("unknown_topic", told, {"topics": [told]})
    problems = {
        f"topics.{place}.wanted": [f"{one.topic} can be {' or '.join(choices_of(one.topic))}"]
        for place, one in enumerate(request.topics)
        if one.wanted not in choices_of(one.topic)
    }
    if problems:
        raise Invalid("choice_without_effect", "nothing of it waits for a digest", problems)
    said = [(one.topic, one.wanted) for one in request.topics if one.chosen]
    choose(tx, request.person_id, said)
    if request.language is not None:
        row = tx.get(Language, request.person_id, with_for_update=True)
        if row is None:
            tx.add(Language(person_id=request.person_id, language=request.language))
        else:
            row.language = request.language
    tx.flush()
    return _record(tx, request.person_id)


def choose(tx: Transaction, person_id: UUID, choices: Sequence[tuple[str, str]]) -> None:
    """Write down (topic, wanted); the same again changes nothing."""
    for topic, wanted in choices:
        row = tx.get(Preference, (person_id, topic), with_for_update=True)
        if row is None:
            row = Preference(person_id=person_id, topic=topic)
            tx.add(row)
        elif row.wanted == wanted:
            continue
        row.wanted, row.changed_at, row.changed_by = wanted, tx.at, str(tx.caller)
    tx.flush()


def _record(tx: Transaction, person_id: UUID) -> PreferencesRecord:
    rows = tx.scalars(select(Preference).where(Preference.person_id == person_id))
    chosen = {row.topic: row for row in rows}
    language = tx.get(Language, person_id)
    return PreferencesRecord(
        person_id=person_id,
        language=language.language if language else ENGLISH,
        topics=[
            TopicPreference(
                topic=topic,
                wanted=effective(topic, chosen[topic].wanted if topic in chosen else None),
                chosen=topic in chosen,
            )
            for topic in TOPICS
        ],
    )
