"""What a marker's pages look like: plain HTML, no script, nothing that tells whose work it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from headship_contracts.assessment.marking import QueueItem, ScriptToMark
from headship_contracts.assessment.papers import Criterion
from headship_contracts.errors import Invalid, Refused
from kit.clock import LONDON
from kit.pages import Response

if TYPE_CHECKING:
    from assessment.queries.pile import OpenPile

KINDS = {
    "marking": "to be marked",
    "adjudication": "to be adjudicated",
    "standardisation": "standardisation",
}


@dataclass(frozen=True)
class Given:
    """What the form shows as given so far."""

    typed: Mapping[str, str]
    holistic: str | None
    reason: str

    @staticmethod
    def of(shown: ScriptToMark) -> "Given":
        """As the draft has it."""
        typed = {f"mark-{one.criterion}": str(one.mark) for one in shown.draft}
        typed |= {f"comment-{one.criterion}": one.comment for one in shown.draft}
        return Given(typed, shown.draft_holistic, shown.draft_reason or "")


def queue(
    token: str, items: Sequence[QueueItem], piles: Sequence["OpenPile"], told: str = ""
) -> Response:
    """What lies on the desk, what is due first first."""
    rows = "".join(_row(token, item) for item in items)
    table = (
        "<table><thead><tr><th scope=col>Script</th><th scope=col>What</th><th scope=col>Words</th>"
        f"<th scope=col>Due</th><th scope=col></th></tr></thead><tbody>{rows}</tbody></table>"
        if items
        else "<p>Nothing waits for you.</p>"
    )
    forms = "".join(
        f'<form method="post" action="/marking/{escape(token)}/claim">'
        f'<input type="hidden" name="window" value="{pile.window_id}">'
        f"<button>Take the next script</button> <span>{escape(pile.batch)}</span></form>"
        for pile in piles
    )
    return _page(200, "Your scripts", table + forms, told=told)


def script(
    token: str,
    shown: ScriptToMark,
    comments: Mapping[str, Sequence[str]],
    given: Given,
    problems: Sequence[str] = (),
    told: str = "",
) -> Response:
    """A script beside its criteria."""
    lease = ""
    if shown.lease_until is not None:
        until = shown.lease_until.astimezone(LONDON)
        lease = f"<p>Yours until {until:%H:%M on %d %B}. Keeping a draft makes it longer.</p>"
    criteria = "".join(_criterion(one, comments, given, shown) for one in shown.criteria)
    reason = (
        '<label for="reason">The reason for your decision</label>'
        f'<textarea id="reason" name="reason" rows="4" maxlength="4000">\n{escape(given.reason)}'
        "</textarea>"
        if shown.kind == "adjudication"
        else ""
    )
    draft = (
        ""
        if shown.kind == "standardisation"
        else '<button name="do" value="draft" class="quiet">Keep as a draft</button>'
    )
    content = (
        f'<p><a href="/marking/{escape(token)}">Your scripts</a></p>{lease}'
        f'<div class="beside"><article><h2>{escape(shown.title)}</h2>'
        f"<p><em>{escape(shown.question)}</em></p>{_length(shown)}{_text(shown)}</article>"
        f'<form method="post" accept-charset="utf-8" action="/marking/{escape(token)}/'
        f'{shown.allocation_id}"><input type="hidden" name="fence" value="{shown.fence}">'
        f"{criteria}{_holistic(given, shown)}{reason}"
        f'<button name="do" value="save">Save the marks</button> {draft}</form></div>'
    )
    title = f"Script {shown.number}, {KINDS.get(shown.kind, shown.kind)}"
    return _page(400 if problems else 200, title, content, problems, told, wide=True)


def lost(token: str, refusal: Refused, form: Mapping[str, str]) -> Response:
    """The marks could not be kept; what was typed is shown, so that nothing has to be thought
    up twice."""
    typed = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
        for name, value in form.items()
        if value.strip() and name.partition("-")[0] in ("mark", "comment", "holistic", "reason")
    )
    told = refusal.detail or refusal.code.replace("_", " ")
    kept = f"<p>You had written:</p><dl>{typed}</dl>" if typed else ""
    link = f'<p><a href="/marking/{escape(token)}">Your scripts</a></p>'
    problem = f"Not saved ({refusal.code.replace('_', ' ')}): {told}."
    return _page(409, "Not saved", kept + link, [problem])


def in_words(error: Invalid, shown: ScriptToMark) -> list[str]:
    """What is wrong with the marks, for a person."""
    told = [text for texts in error.fields.values() for text in texts]
    return told or [error.detail]


def see_other(path: str) -> Response:
    """Go on to another page."""
    return Response(303, "", {"Location": path})


def _row(token: str, item: QueueItem) -> str:
    what = KINDS.get(item.kind, item.kind) + (", begun" if item.started else "")
    return (
        f"<tr><th scope=row>{item.number}</th><td>{escape(what)}</td><td>{item.words:,}</td>"
        f"<td>{item.due_on:%d %B %Y}</td>"
        f'<td><a href="/marking/{escape(token)}/{item.allocation_id}">Open script {item.number}'
        "</a></td></tr>"
    )


def _length(shown: ScriptToMark) -> str:
    told = f"{shown.words:,} words; the limit is {shown.word_limit:,}."
    if shown.excluded:
        told += (
            f" {shown.excluded:,} more do not count: title, question, references, appendices. "
            "Give them no credit as argument."
        )
    if shown.cut_off_word is not None:
        told += f" Nothing after word {shown.cut_off_word:,} is marked: the line shows where."
    return f"<p>{told}</p>"


def _text(shown: ScriptToMark) -> str:
    """The text with the cut-off line."""
    if shown.cut_off_at is None:
        return f'<div class="text">{escape(shown.text)}</div>'
    marked, rest = shown.text[: shown.cut_off_at], shown.text[shown.cut_off_at :]
    return (
        f'<div class="text">{escape(marked)}</div>'
        '<hr class="cut"><p class="cut"><strong>Cut-off: nothing below this line is marked'
        f'</strong></p><div class="text below">{escape(rest)}</div>'
    )


def _criterion(
    one: Criterion, comments: Mapping[str, Sequence[str]], given: Given, shown: ScriptToMark
) -> str:
    code = escape(one.code)
    must = f" Must be met, from {one.meets_at} on." if one.must_meet else ""
    weight = f" Counts {one.weight} times." if one.weight != 1 else ""
    others = "".join(
        f"<p class=opinion>Opinion {escape(opinion.opinion)}: <strong>{opinion.mark}</strong> "
        f"{escape(opinion.comment)}</p>"
        for opinion in shown.opinions
        if opinion.criterion == one.code
    )
    bank = [*comments.get(one.code, ()), *comments.get("", ())]
    chosen = (
        f'<label for="banked-{code}">A comment from the bank</label>'
        f'<select id="banked-{code}" name="banked-{code}"><option value="">none</option>'
        + "".join(f"<option>{escape(text)}</option>" for text in bank)
        + "</select>"
        if bank
        else ""
    )
    mark = escape(given.typed.get(f"mark-{one.code}", ""))
    comment = escape(given.typed.get(f"comment-{one.code}", ""))
    return (
        f"<fieldset><legend>{code}: {escape(one.name)}</legend>"
        f"<p>0 to {one.max_mark}.{weight}{must}</p>{others}"
        f'<label for="mark-{code}">Mark</label><input type="text" inputmode="numeric" '
        f'id="mark-{code}" name="mark-{code}" size="4" value="{mark}">'
        f"{chosen}"
        f'<label for="comment-{code}">Comment</label><textarea id="comment-{code}" '
        f'name="comment-{code}" rows="3" maxlength="4000">\n{comment}</textarea>'
        f'<label class=check><input type="checkbox" name="keep-{code}" value="1"> '
        "Keep this comment in the bank</label></fieldset>"
    )


def _holistic(given: Given, shown: ScriptToMark) -> str:
    choices = "".join(
        f'<label class=check><input type="radio" name="holistic" value="{value}"'
        f"{' checked' if given.holistic == value else ''}> {words}</label>"
        for value, words in (("pass", "It passes"), ("fail", "It fails"))
    )
    told = f"The pass mark is {shown.pass_mark}. Judge the whole, whatever the sum says."
    return f"<fieldset><legend>The script as a whole</legend><p>{told}</p>{choices}</fieldset>"


def _page(
    status: int,
    title: str,
    content: str,
    problems: Sequence[str] = (),
    told: str = "",
    *,
    wide: bool = False,
) -> Response:
    listed = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
    shown = f'<div class="problems" role="alert"><ul>{listed}</ul></div>' if problems else ""
    said = f'<p class="told" role="status">{escape(told)}</p>' if told else ""
    body = _template().substitute(
        title=escape(title), problems=shown + said, content=content, width="80" if wide else "50"
    )
    return Response(status, body)


@cache
def _template() -> Template:
    return Template((files("assessment") / "pages" / "marking.html").read_text("utf-8"))
