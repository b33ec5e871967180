"""The page beside the demo's messages: who heard what and when, and what was held back and why."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from cli.demo.stage import Stage
from headship_contracts.notifications.messages import ListMessages, MessageRecord
from kit.clock import LONDON

WHY = {
    "quiet_hours": "it was night",
    "quiet_day": "a weekend, a bank holiday or a school holiday",
    "enough_for_today": "they had had enough messages that day",
    "daily_limit": "no more messages could leave that day",
    "submitted": "they had sent their script by then",
    "session_cancelled": "the session had been cancelled",
    "session_over": "the session was over",
    "not_seated": "they had no seat any more",
    "participant_deferred": "they had deferred by then",
    "participant_withdrawn": "they had withdrawn by then",
    "register_corrected": "the register had been put right, or they had caught up",
    "declared": "the declaration had been made",
    "window_closed": "the window had closed",
    "not_a_candidate": "they were no candidate any more",
    "replaced": "a newer result had replaced it",
    "unsubscribed": "they did not want to hear of it",
    "nothing_left": "it had been taken back, so that nothing was left to tell",
    "place_held": "they had answered already",
    "application_accepted": "the application had been accepted by then",
    "participant_passed": "they had passed by then",
    "group_changed": "they were in another group by then",
    "dates_changed": "there were other dates by then",
    "moved_again": "it had been moved again",
    "out_of_date": "its day was over",
    "recipient_inactive": "they worked there no more",
}
STYLE = (
    "body{font-family:Arial,sans-serif;margin:2em;max-width:80em}table{border-collapse:collapse}"
    "td,th{border-bottom:1px solid #ccc;padding:.3em .8em;text-align:left;vertical-align:top}"
    "summary{cursor:pointer;padding:.3em 0}"
)


def write_index(stage: Stage) -> Path:
    """Write `outbox/index.html`; gives back its path."""
    folder = stage.directory / "outbox"
    messages: Sequence[MessageRecord] = stage.all_of(ListMessages())
    files = _files(folder)
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text(_page(messages[::-1], files), encoding="utf-8")
    return page


def _files(folder: Path) -> dict[str, str]:
    """Message → its file."""
    index = folder / "index.jsonl"
    if not index.exists():
        return {}
    lines = (json.loads(line) for line in index.read_text(encoding="utf-8").splitlines())
    return {line["message_id"]: line["file"] for line in lines}


def _page(messages: Sequence[MessageRecord], files: dict[str, str]) -> str:
    held = [one for one in messages if one.holds or one.status == "cancelled"]
    people: dict[str, list[MessageRecord]] = {}
    for one in messages:
        people.setdefault(one.recipient or str(one.person_id or "the team"), []).append(one)
    told = "".join(_person(name, its, files) for name, its in sorted(people.items()))
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Messages</title>"
        f"<style>{STYLE}</style></head><body><h1>{len(messages)} messages</h1>"
        f"<h2>What became of them</h2>{_counts(one.status for one in messages)}"
        f"<h2>What was held back, and why</h2>{_counts(_reasons(held))}"
        f"<details><summary>All {len(held)}</summary>{_table(held, files)}</details>"
        f"<h2>Who heard what, and when</h2>{told}</body></html>\n"
    )


def _reasons(held: Iterable[MessageRecord]) -> Iterable[str]:
    for one in held:
        for hold in one.holds:
            yield f"waited: {_words(hold.why)}"
        if one.status == "cancelled":
            yield f"never sent: {_words(one.reason or '')}"


def _words(code: str) -> str:
    return WHY.get(code, code.replace("_", " "))


def _counts(things: Iterable[str]) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}<td>{count}</tr>" for name, count in Counter(things).most_common()
    )
    return f"<table>{rows}</table>"


def _person(name: str, messages: Sequence[MessageRecord], files: dict[str, str]) -> str:
    heard = sum(one.sent_at is not None for one in messages)
    return (
        f"<details><summary>{escape(name)}: {heard} of {len(messages)}</summary>"
        f"{_table(messages, files)}</details>"
    )


def _table(messages: Sequence[MessageRecord], files: dict[str, str]) -> str:
    rows = "".join(_row(one, files.get(str(one.message_id))) for one in messages)
    head = "<tr><th>When<th>What<th>Class<th>What became of it</tr>"
    return f"<table>{head}{rows}</table>"


def _row(one: MessageRecord, file: str | None) -> str:
    at = (one.sent_at or one.settled_at or one.due_at).astimezone(LONDON)
    name = escape(one.subject or one.template.replace("_", " "))
    what = f"<a href='{escape(file)}'>{name}</a>" if file else name
    became = [escape(one.status)]
    if one.reason and one.sent_at is None:
        became.append(escape(_words(one.reason)))
    became += [
        f"waited until {hold.until.astimezone(LONDON):%a %d %b %H:%M}: {escape(_words(hold.why))}"
        for hold in one.holds
    ]
    kind = escape(one.message_class)
    return f"<tr><td>{at:%a %d %b %Y %H:%M}<td>{what}<td>{kind}<td>{'<br>'.join(became)}</tr>"
