"""A marker's own pages: the queue, a script beside its criteria, and the saving of marks.

Whoever has the address marks as its owner, so every call of these pages is made as that member of
staff. The pages work without JavaScript: each button sends a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from assessment import assessors, claiming, marking, marking_links, queries
from assessment import comments as bank
from assessment.domain.typed import plain
from assessment.pages import marking as html
from headship_contracts.assessment.allocation import ClaimScript
from headship_contracts.assessment.marking import (
    Adjudicate,
    CriterionMark,
    GetScript,
    MarkingQueue,
    MarkScript,
    SaveDraft,
    ScriptToMark,
)
from headship_contracts.assessment.standardisation import BankComment, ListComments
from headship_contracts.errors import Invalid, NotFound, Refused
from kit import Caller, Transaction
from kit.audit.trail import CHANGE, READ
from kit.db import ServiceDatabase
from kit.pages import Response

LONGEST_COMMENT = 4_000


@dataclass(frozen=True)
class Marker:
    """Who is behind an address, and the address."""

    staff_id: UUID
    token: str = field(repr=False)

    @property
    def caller(self) -> Caller:
        return Caller("staff", str(self.staff_id))


@dataclass(frozen=True)
class Sent:
    """A form as it was sent: marks that can be read, and what is wrong with the others."""

    marks: list[CriterionMark]
    typed: Mapping[str, str]
    holistic: str | None
    reason: str
    fence: int | None
    problems: list[str]


def show_queue(db: ServiceDatabase, token: str, told: str = "") -> Response:
    """What lies on the marker's desk, and what they may claim."""
    with db.transaction() as tx:
        marker = _behind(tx, token)
    with db.transaction(caller=marker.caller) as tx:
        items = marking.queue(tx, MarkingQueue(staff_id=marker.staff_id, limit=500)).items
        piles = queries.pile.windows(tx, assessors.now())
    return html.queue(token, items, piles, told)


def claim(db: ServiceDatabase, token: str, sent: Mapping[str, str]) -> Response:
    """The next script from a pile, and on to its page."""
    with db.transaction() as tx:
        marker = _behind(tx, token)
    try:
        with db.transaction(caller=marker.caller) as tx:
            request = ClaimScript(window_id=_id(sent.get("window")), staff_id=marker.staff_id)
            claimed = claiming.claim(tx, request)
    except Refused as refusal:
        return show_queue(db, token, told=refusal.detail or refusal.code)
    return html.see_other(f"/marking/{token}/{claimed.allocation_id}")


def show_script(db: ServiceDatabase, token: str, allocation: str) -> Response:
    """A script beside its criteria."""
    with db.transaction() as tx:
        marker = _behind(tx, token)
    try:
        with db.transaction(caller=marker.caller) as tx:
            shown, comments = _shown(tx, marker, _id(allocation))
            tx.audit([(READ, "allocation", _id(allocation))])
    except Refused as refusal:
        if refusal.code != "names_not_checked":
            raise
        return show_queue(db, token, told=f"Not yet: {refusal.detail}.")
    return html.script(token, shown, comments, html.Given.of(shown))


def take_marks(
    db: ServiceDatabase, token: str, allocation: str, form: Mapping[str, str], *, probation: int
) -> Response:
    """Keep a draft, or the marks; what is wrong is told above the form, with all that was typed."""
    with db.transaction() as tx:
        marker = _behind(tx, token)
    allocation_id = _id(allocation)
    form = {name: plain(text) for name, text in form.items()}
    with db.transaction(caller=marker.caller) as tx:
        try:
            shown, comments = _shown(tx, marker, allocation_id)
        except Refused as refusal:
            return html.lost(token, refusal, form)
    sent = _read(shown, form)
    if sent.problems:
        return html.script(token, shown, comments, _given(sent), sent.problems)
    try:
        with db.transaction(caller=marker.caller) as tx:
            tx.audit([(CHANGE, "allocation", allocation_id)])
            _keep_comments(tx, marker, allocation_id, form, shown)
            if form.get("do") == "draft":
                _save_draft(tx, marker, shown, sent)
            else:
                _save(tx, marker, shown, sent, probation)
    except Invalid as error:
        return html.script(token, shown, comments, _given(sent), html.in_words(error, shown))
    except Refused as refusal:
        return html.lost(token, refusal, form)
    if form.get("do") == "draft":
        with db.transaction(caller=marker.caller) as tx:
            shown, comments = _shown(tx, marker, allocation_id)
        return html.script(token, shown, comments, html.Given.of(shown), told="Your draft is kept.")
    return show_queue(db, token, told=f"Your marks for script {shown.number} are kept.")


def _behind(tx: Transaction, token: str) -> Marker:
    return Marker(marking_links.behind(tx, token), token)


def _shown(
    tx: Transaction, marker: Marker, allocation_id: UUID
) -> tuple[ScriptToMark, Mapping[str, list[str]]]:
    """The script, and the bank's comments by criterion; under "" those for any."""
    shown = marking.show(tx, GetScript(allocation_id=allocation_id, staff_id=marker.staff_id))
    paper_id = queries.desks.paper_of(tx, allocation_id)
    found = bank.list_all(tx, ListComments(paper_id=paper_id, limit=500)).items
    comments: dict[str, list[str]] = {}
    for one in found:
        comments.setdefault(one.criterion or "", []).append(one.text)
    return shown, comments


def _read(shown: ScriptToMark, form: Mapping[str, str]) -> Sent:
    """A form's fields: for each criterion `mark-CODE`, `comment-CODE` and `banked-CODE`."""
    marks, problems = [], []
    whole = form.get("do") != "draft"
    for criterion in shown.criteria:
        typed = form.get(f"mark-{criterion.code}", "").strip()
        comment = "\n".join(
            part
            for part in (
                form.get(f"banked-{criterion.code}", "").strip(),
                form.get(f"comment-{criterion.code}", "").strip(),
            )
            if part
        )
        if len(comment) > LONGEST_COMMENT:
            problems.append(f"{criterion.name}: the comment has over {LONGEST_COMMENT} characters.")
        elif not typed and whole:
            problems.append(f"{criterion.name}: give a mark from 0 to {criterion.max_mark}.")
        elif typed and not _in_range(typed, criterion.max_mark):
            told = f"{typed[:20]!r} is no mark from 0 to {criterion.max_mark}."
            problems.append(f"{criterion.name}: {told}")
        elif typed:
            marks.append(CriterionMark(criterion=criterion.code, mark=int(typed), comment=comment))
    holistic, reason = form.get("holistic"), form.get("reason", "").strip()
    if whole and holistic not in ("pass", "fail"):
        problems.append("Say whether the script as a whole passes or fails.")
    if whole and shown.kind == "adjudication" and not reason:
        problems.append("Give the reason for your decision.")
    fence = form.get("fence", "")
    return Sent(
        marks,
        form,
        holistic if holistic in ("pass", "fail") else None,
        reason,
        int(fence) if _in_range(fence, 10**9) else None,
        problems,
    )


def _in_range(typed: str, most: int) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 10 and int(typed) <= most


def _save_draft(tx: Transaction, marker: Marker, shown: ScriptToMark, sent: Sent) -> None:
    if shown.kind == "standardisation":
        raise Refused("no_draft", "standardisation scripts are marked in one go")
    marking.save_draft(
        tx,
        SaveDraft(
            allocation_id=shown.allocation_id,
            staff_id=marker.staff_id,
            marks=sent.marks,
            holistic=sent.holistic,
            reason=sent.reason or None,
            fence=sent.fence,
        ),
    )


def _save(tx: Transaction, marker: Marker, shown: ScriptToMark, sent: Sent, probation: int) -> None:
    given = {
        "allocation_id": shown.allocation_id,
        "staff_id": marker.staff_id,
        "marks": sent.marks,
        "holistic": sent.holistic or "",
        "fence": sent.fence,
    }
    if shown.kind == "adjudication":
        marking.adjudicate(tx, Adjudicate(**given, reason=sent.reason))
    else:
        marking.mark(tx, MarkScript(**given), probation=probation)


def _keep_comments(
    tx: Transaction,
    marker: Marker,
    allocation_id: UUID,
    form: Mapping[str, str],
    shown: ScriptToMark,
) -> None:
    """Comments whose box says so go into the bank."""
    paper_id = queries.desks.paper_of(tx, allocation_id)
    for criterion in shown.criteria:
        words = form.get(f"comment-{criterion.code}", "").strip()
        if words and form.get(f"keep-{criterion.code}"):
            request = BankComment(paper_id=paper_id, criterion=criterion.code, text=words)
            bank.bank(tx, request)


def _given(sent: Sent) -> html.Given:
    return html.Given(sent.typed, sent.holistic, sent.reason)


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise NotFound("page_not_found", "there is no such page") from error
