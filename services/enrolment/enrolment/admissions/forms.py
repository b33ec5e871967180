"""The plain form behind a link: one step of one application, answered by whoever was asked."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from kit.pages import Response

LONGEST_ANSWER, LONGEST_NAME = 10_000, 200

_ASKED: Mapping[str, tuple[str, str, str, str]] = {
    "statement": (
        "Your statement",
        "Why do you want to take part in the {course}, and what do you hope to change at your "
        "school with it?",
        "Your statement",
        "",
    ),
    "endorsement": (
        "Endorsement",
        "{name} has applied for the {course}. Do you endorse the application?",
        "What would you like to add? (optional)",
        "Yes, I endorse it|No, I do not endorse it",
    ),
    "suitability": (
        "Suitability",
        "{name} has applied for the {course}. Does their role allow them to take part fully?",
        "What would you like to add? (optional)",
        "Yes, it does|No, it does not",
    ),
}
"""Step → title, question, label of the text, and the two answers, if there are two."""


def read(step: str, form: Mapping[str, str]) -> tuple[dict[str, str | None], list[str]]:
    """What a form says: outcome, answer, given_by; and what is wrong with it, in words."""
    answer = form.get("answer", "").replace("\r\n", "\n").strip()
    given_by, outcome = form.get("given_by", "").strip(), form.get("outcome", "")
    problems = []
    if len(answer) > LONGEST_ANSWER:
        problems.append(f"The text has {len(answer)} characters; {LONGEST_ANSWER} are the most.")
    if len(given_by) > LONGEST_NAME:
        problems.append(f"The name has {len(given_by)} characters; {LONGEST_NAME} are the most.")
    if any(ord(letter) < ord(" ") and letter not in "\n\t" for letter in answer + given_by):
        problems.append("The text has characters that cannot be kept.")
    if step == "statement":
        outcome = "met"
        if not answer:
            problems.append("Write your statement.")
    else:
        if outcome not in ("met", "not_met"):
            problems.append("Choose one of the two answers.")
        if not given_by:
            problems.append("Give your name.")
    return {"outcome": outcome, "answer": answer or None, "given_by": given_by or None}, problems


def form(
    step: str, name: str, course: str, given: Mapping[str, str | None], problems: Sequence[str] = ()
) -> Response:
    """The form, with what was given so far; 400 where that is not right."""
    title, question, label, choices = _ASKED[step]
    told = question.format(name=escape(name), course=escape(course))
    fields = [f"<p>{told}</p>", '<form method="post" accept-charset="utf-8">']
    if choices:
        fields += _choices(choices.split("|"), given.get("outcome"))
        fields += [
            '<label for="given_by">Your name</label>',
            f'<input type="text" id="given_by" name="given_by" maxlength="{LONGEST_NAME}" '
            f'autocomplete="name" value="{escape(given.get("given_by") or "")}">',
        ]
    fields += [
        f'<label for="answer">{escape(label)}</label>',
        f'<textarea id="answer" name="answer" rows="12" maxlength="{LONGEST_ANSWER}">'
        f"\n{escape(given.get('answer') or '')}</textarea>",
        '<button type="submit">Send</button>',
        "</form>",
    ]
    return page(400 if problems else 200, title, "\n".join(fields), problems)


def thanks(step: str) -> Response:
    """What is shown once the answer is kept."""
    return page(200, _ASKED[step][0], "<p>Thank you. We have your answer; you can close this.</p>")


def _choices(choices: Sequence[str], chosen: str | None) -> list[str]:
    told = ["<fieldset>", "<legend>Your answer</legend>"]
    for value, words in zip(("met", "not_met"), choices, strict=True):
        checked = " checked" if value == chosen else ""
        told.append(
            f'<label><input type="radio" name="outcome" value="{value}"{checked}> {words}</label>'
        )
    return [*told, "</fieldset>"]


def page(status: int, title: str, content: str, problems: Sequence[str] = ()) -> Response:
    """A plain page: `content` is HTML, all else is text."""
    listed = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
    shown = f'<div class="problems" role="alert"><ul>{listed}</ul></div>' if problems else ""
    body = _template().substitute(title=escape(title), problems=shown, content=content)
    return Response(status, body)


@cache
def _template() -> Template:
    return Template((files("enrolment") / "pages" / "admission.html").read_text("utf-8"))
