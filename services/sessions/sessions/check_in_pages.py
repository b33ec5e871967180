"""The plain pages of check-in: the screen in the room, and the participant's own page."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

import segno
from sqlalchemy import func, select

from headship_contracts.errors import Refused
from headship_contracts.sessions.check_in import CheckIn
from kit import Transaction
from kit.pages import Response
from sessions import check_in, check_in_links, queries
from sessions.domain import check_in as rules
from sessions.domain.london import wall
from sessions.models import Attendance, TrainingSession
from sessions.settings import SessionsSettings

COOKIE = "headship_check_in"
COOKIE_SECONDS = 60 * 60 * 24 * 400  # the longest that browsers keep one

WAIT_SECONDS = 60
"""How often a screen looks whether check-in has opened."""

SAID = {
    "code_wrong": "That is not the code on the screen of your session. Look again, and type it.",
    "code_expired": "That code is over: the screen shows another one by now.",
    "code_used": "You are checked in already. Nothing was changed.",
    "already_checked_in": "You are checked in already. Nothing was changed.",
    "register_taken": "The facilitator's register says already how you attended.",
}


def screen(tx: Transaction, token: str, public_url: str) -> Response:
    """The code of the moment, large and as a QR code; the page renews itself with the code."""
    session, shown = check_in.screen_behind(tx, token)
    opens, closes = rules.window(session.starts_at)
    title = f"{session.title}, {_clock(session.starts_at)}"
    if session.status == "cancelled":
        return _page(title, "<p>The session was cancelled.</p>")
    if tx.at > opens and not rules.is_open(session.starts_at, tx.at):
        return _page(title, f"<p>Check-in closed at {_clock(closes)}.</p>{_count(tx, session)}")
    if tx.at < opens:
        said = f"<p>Check-in opens on {wall(opens):%d %B %Y} at {_clock(opens)}.</p>"
        until = int((opens - tx.at).total_seconds()) + 1
        return _page(title, said, refresh=min(WAIT_SECONDS, until))
    code = rules.code_of(shown.secret, session.session_id, rules.step_of(tx.at))
    picture = segno.make(f"{public_url.rstrip('/')}/check-in/code/{code}", error="m")
    drawn = picture.svg_inline(scale=8, border=2, title="Check-in code")
    content = (
        f'<div class="screen"><p>Scan, or type at your own check-in link:</p>{drawn}'
        f'<p class="code">{rules.as_read(code)}</p>{_count(tx, session)}'
        f"<p>Until {_clock(closes)}.</p></div>"
    )
    left = max(1, int((rules.changes_at(tx.at) - tx.at).total_seconds()) + 1)
    return _page(title, content, refresh=left)


def own_page(tx: Transaction, token: str, public_url: str) -> Response:
    """Where a participant types the code of the session that they are in."""
    content = _sessions_of(tx, token)
    return _remembered(_page("Check in", content), token, public_url)


def take_code(
    tx: Transaction, token: str, sent: Mapping[str, str], settings: SessionsSettings
) -> Response:
    """Check in to whichever of the participant's open sessions shows this code."""
    application_id = check_in_links.whose(tx, token)
    code = sent.get("code", "")[:32]
    refusals: dict[str, str] = {}
    for session in _open_sessions(tx, token):
        request = CheckIn(application_id=application_id, session_id=session.session_id, code=code)
        try:
            check_in.check_in(tx, request, settings)
        except Refused as refusal:
            refusals[refusal.code] = refusal.detail
            continue
        done = f'<p class="done">You are checked in to {escape(session.title)}.</p>'
        return _page("Checked in", done)
    best = next((known for known in reversed(SAID) if known in refusals), None)
    told = SAID[best] if best else "None of your sessions is open for check-in now."
    problem = f'<p class="problem">{told}</p>'
    return _page("Check in", problem + _sessions_of(tx, token), status=409)


def scanned(tx: Transaction, code: str, token: str | None) -> Response:
    """What a scanned code opens: a button for whoever's link this browser knows."""
    shown = escape(rules.as_read(code[: rules.LENGTH]))
    if token is None:
        said = (
            "<p>Open your own check-in link on this device once, and scan again. "
            f'Or type this code there:</p><p class="code">{shown}</p>'
        )
        return _page("Check in", said)
    check_in_links.whose(tx, token)
    form = (
        f'<form method="post" action="/check-in/{escape(token)}">'
        f'<input type="hidden" name="code" value="{escape(code)}">'
        "<button>Check me in</button></form>"
    )
    return _page("Check in", form)


def _sessions_of(tx: Transaction, token: str) -> str:
    open_now = _open_sessions(tx, token)
    if not open_now:
        return f"<p>{_next_session(tx, token)}</p>"
    titles = "".join(
        f"<li>{escape(session.title)}, {_clock(session.starts_at)}</li>" for session in open_now
    )
    return (
        f'<ul>{titles}</ul><form method="post"><label for="code">Code on the screen</label>'
        '<input id="code" name="code" autocomplete="off" autocapitalize="characters" '
        'maxlength="32" required><br><button>Check in</button></form>'
    )


def _open_sessions(tx: Transaction, token: str) -> list[TrainingSession]:
    application_id = check_in_links.whose(tx, token)
    return [
        session
        for seat, session in queries.sessions_of(tx, application_id)
        if seat.held and session.status == "scheduled" and rules.is_open(session.starts_at, tx.at)
    ]


def _next_session(tx: Transaction, token: str) -> str:
    ahead = [
        session
        for seat, session in queries.sessions_of(tx, check_in_links.whose(tx, token))
        if seat.held and session.status == "scheduled" and session.starts_at > tx.at
    ]
    if not ahead:
        return "You have no session ahead."
    opens, _ = rules.window(ahead[0].starts_at)
    day = f"{wall(opens):%d %B %Y}"
    return f"Check-in for {escape(ahead[0].title)} opens on {day} at {_clock(opens)}."


def _count(tx: Transaction, session: TrainingSession) -> str:
    there = select(func.count()).where(
        Attendance.session_id == session.session_id, Attendance.counts
    )
    return f"<p>{tx.scalar(there) or 0} checked in</p>"


def _remembered(response: Response, token: str, public_url: str) -> Response:
    """Let this browser know whose link it opened, so that a scanned code needs no typing."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=timedelta(seconds=COOKIE_SECONDS),
        path="/check-in",
        secure=public_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return response


def _clock(at: datetime) -> str:
    return f"{wall(at):%H:%M}"


@cache
def _template() -> Template:
    text = files("sessions").joinpath("pages/check_in.html").read_text(encoding="utf-8")
    return Template(text)


def _page(title: str, content: str, *, refresh: int | None = None, status: int = 200) -> Response:
    again = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    body = _template().substitute(title=escape(title), content=content, refresh=again)
    return Response(status, body)
