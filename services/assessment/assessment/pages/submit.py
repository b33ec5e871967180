"""What a candidate sees: the paper, the form, the count before confirming, the receipt."""

from collections.abc import Sequence
from html import escape

from assessment.domain.submitting import DECLARATION_TEXT, Draft
from assessment.domain.words import last_marked_word
from assessment.models import Candidate, Submission
from assessment.pages.frame import facts, moment, page
from kit.pages import Response

TAKEN = ".docx,.odt,.pdf,.txt"
COUNTED = (
    "Headings, quotations, citations, captions, tables, footnotes and text boxes count. The title, "
    "the question, the list of references and appendices do not. A compound with a hyphen is one "
    "word. Tracked insertions count, tracked deletions do not."
)


def not_open(candidate: Candidate) -> Response:
    """Before the window: when it opens, and nothing of the paper."""
    told = facts([("It opens", moment(candidate.opens_at)), _closes(candidate)])
    return page("Your assessment has not opened", [told], status=409)


def sitting(
    candidate: Candidate,
    token: str,
    draft: Draft | None,
    sent: Submission | None,
    problems: Sequence[str] = (),
) -> Response:
    """While the window is open: paper and form, and whatever was sent so far."""
    paper = candidate.window.paper
    content = [
        facts([_closes(candidate), ("Word limit", paper.word_limit)]),
        f"<h2>The case study</h2><div class='text'>{escape(paper.case_study)}</div>",
        f"<h2>Your task</h2><div class='text'>{escape(paper.question)}</div>",
    ]
    if draft is not None:
        content += _confirmation(candidate, token, draft)
    if sent is not None:
        content += ["<h2>What you have sent</h2>", _receipt(sent)]
    title = "Send another file instead" if draft is not None or sent is not None else "Send it"
    content += _form(token, title)
    return page(paper.title, content, problems, status=409 if problems else 200)


def over(
    candidate: Candidate,
    token: str,
    sent: Submission | None,
    problems: Sequence[str] = (),
    *,
    may_send: bool,
) -> Response:
    """After the close: the receipt, and a way to send late, for a lead to decide about."""
    content = [facts([("It closed", moment(candidate.closes_at))])]
    if sent is not None:
        content += ["<h2>What you have sent</h2>", _receipt(sent)]
    if may_send:
        content.append(
            "<div class='note'>A file that you send now is late. It is kept with its time, but "
            "it is marked only if the assessment lead accepts it.</div>"
        )
        content += _form(token, "Send a file late")
    return page("Your assessment has closed", content, problems, status=409 if problems else 200)


def received(submission: Submission, token: str) -> Response:
    """The receipt."""
    content = [
        "<p>Thank you. We have your script. Keep this receipt: its SHA-256 proves which file "
        "came.</p>",
        _receipt(submission),
        f"<p><a href='/submit/{escape(token)}'>Back to the assessment</a>: you may replace the "
        "script until it closes.</p>",
    ]
    return page("Your receipt", content)


def _confirmation(candidate: Candidate, token: str, draft: Draft) -> list[str]:
    found, paper = draft.found, candidate.window.paper
    words, hidden = found["words"], found["hidden"]
    last = last_marked_word(paper.word_limit, paper.tolerance_percent)
    told = facts(
        [
            ("File", draft.filename),
            ("Words that count", f"{words:,} of {paper.word_limit:,}"),
            ("Words that do not count", f"{found['excluded']:,}"),
            ("How it was counted", found["method"]),
        ]
    )
    content = [
        "<h2>Look at the count before you confirm</h2>",
        "<div class='note'>The file has been read, but it is <strong>not sent yet</strong>.</div>",
        told,
        f"<p>{COUNTED}</p>",
    ]
    if words > last:
        content += [
            f"<p>Your script is longer than the limit. That alone fails nobody, but nothing after "
            f"word {last:,} is marked. The line falls here:</p>",
            f"<blockquote class='text'>… {escape(draft.before)}"
            f"<div class='cut'>Nothing below this line is marked</div>"
            f"<span class='unmarked'>{escape(draft.after)} …</span></blockquote>",
        ]
    if hidden:
        content.append(
            f"<p>{hidden:,} words cannot be seen on the page: they are hidden, white or tiny. "
            "They count, and the assessment lead is told.</p>"
        )
    content += [
        f"<form method='post' action='/submit/{escape(token)}/confirm' accept-charset='utf-8'>",
        f"<input type='hidden' name='sha256' value='{escape(draft.sha256)}'>",
        "<label class='choice'><input type='checkbox' name='own_work' value='yes' required> "
        f"{escape(DECLARATION_TEXT)}</label>",
        "<button type='submit'>Confirm and send this script</button>",
        "</form>",
    ]
    return content


def _receipt(sent: Submission) -> str:
    paper = sent.candidate.window.paper
    told: list[tuple[str, object]] = [
        ("Received", moment(sent.received_at)),
        ("File", sent.filename),
        ("Words that count", f"{sent.words:,} of {paper.word_limit:,}"),
        ("How it was counted", sent.method or ""),
        ("SHA-256 of the file", sent.sha256),
        ("Receipt", sent.id),
    ]
    if sent.cut_off_word is not None:
        told.insert(3, ("Last word that is marked", f"{sent.cut_off_word:,}"))
    if sent.in_grace:
        told.insert(1, ("Note", "it came after the close, within the grace for technical trouble"))
    return facts(told)


def _form(token: str, title: str) -> list[str]:
    return [
        f"<h2>{title}</h2>",
        f"<form method='post' action='/submit/{escape(token)}' enctype='multipart/form-data'>",
        "<label for='file'>Your script: a Word file (.docx), .odt, .pdf or .txt, up to 20 MB"
        "</label>",
        f"<input type='file' id='file' name='file' accept='{TAKEN}' required>",
        "<button type='submit'>Upload and count the words</button>",
        "</form>",
    ]


def _closes(candidate: Candidate) -> tuple[str, str]:
    return "It closes", moment(candidate.closes_at)
