"""The page behind the link of a message: turning its topic off, and others on or off.

Looking at it changes nothing: mail scanners open every link. A mail program's own button posts
`List-Unsubscribe=One-Click` (RFC 8058), as often as it likes.
"""

from datetime import datetime
from html import escape
from uuid import UUID

from headship_contracts.errors import NotFound
from kit import Transaction, links
from kit.pages import Request, Response
from notifications import preferences, queries
from notifications.domain.templates import TOPICS
from notifications.protection.erased import is_gone
from notifications.writing import UNSUBSCRIBE

CHOICES = {
    preferences.AT_ONCE: "as it happens",
    preferences.TOGETHER: "in one message a day",
    preferences.NEVER: "not at all",
}
STYLE = "font-family:Arial,sans-serif;max-width:40em;margin:2em auto;line-height:1.5"


def shown(tx: Transaction, token: str, at: datetime) -> Response:
    """The page, as things are now. Raises NotFound, Refused for a link that is none, or old."""
    person_id, topic = _read(tx, token, at)
    return _page(tx, person_id, topic, "")


def posted(tx: Transaction, request: Request, token: str, at: datetime) -> Response:
    """One click, or the page's form; what is as it was is not kept as a choice. About somebody who
    was erased nothing is kept, and nothing goes to them either.
    """
    person_id, topic = _read(tx, token, at)
    if is_gone(tx, person_id):
        return _page(tx, person_id, topic, "You will get no more messages: your data are erased.")
    if request.form.get("List-Unsubscribe") == "One-Click" or not request.form:
        preferences.choose(tx, person_id, [(topic, preferences.NEVER)])
        return _page(tx, person_id, topic, "You will get no more messages of this kind.")
    chosen = [
        (name, wanted)
        for name in TOPICS
        if (wanted := request.form.get(name)) in preferences.choices_of(name)
        and wanted is not None
        and wanted != _now(tx, person_id, name)
    ]
    preferences.choose(tx, person_id, chosen)
    return _page(tx, person_id, topic, "Your choice is kept.")


def _read(tx: Transaction, token: str, at: datetime) -> tuple[UUID, str]:
    person_id, _, topic = links.read(UNSUBSCRIBE, token, at).partition(":")
    try:
        return queries.who_is_now(tx, UUID(person_id)), topic
    except ValueError as error:
        raise NotFound("link_unknown") from error


def _page(tx: Transaction, person_id: UUID, topic: str, said: str) -> Response:
    first = [topic] if topic in TOPICS else []
    rows = [
        _row(tx, person_id, name) for name in [*first, *(one for one in TOPICS if one != topic)]
    ]
    told = f"<p role='status'><strong>{escape(said)}</strong></p>" if said else ""
    return Response(
        200,
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>Your messages</title></head><body style='{STYLE}'><h1>Your messages</h1>{told}"
        "<p>Choose how you hear of each topic. Results, deadlines and what is about your security "
        "always reach you.</p>"
        f"<form method='post'>{''.join(rows)}<p><button>Keep this choice</button></p></form>"
        "</body></html>",
    )


def _now(tx: Transaction, person_id: UUID, topic: str) -> str:
    return preferences.effective(topic, preferences.wanted_of(tx, person_id, topic))


def _row(tx: Transaction, person_id: UUID, topic: str) -> str:
    chosen = _now(tx, person_id, topic)
    options = "".join(
        f"<option value='{value}'{' selected' if value == chosen else ''}>{words}</option>"
        for value, words in CHOICES.items()
        if value in preferences.choices_of(topic)
    )
    return (
        f"<p><label for='{topic}'>{escape(TOPICS[topic])}</label><br>"
        f"<select id='{topic}' name='{topic}'>{options}</select></p>"
    )
