"""The frame of every page: plain, readable without styles, and safe against what people type."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from kit.clock import LONDON
from kit.pages import Response


def page(
    title: str, content: Sequence[str], problems: Sequence[str] = (), status: int = 200
) -> Response:
    """A page of these pieces of HTML; problems, in words, stand above them."""
    listed = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
    shown = f'<div class="problems" role="alert"><ul>{listed}</ul></div>' if problems else ""
    body = _template().substitute(title=escape(title), problems=shown, content="\n".join(content))
    return Response(status, body)


def facts(told: Sequence[tuple[str, object]]) -> str:
    """Names and what they are, as a list of definitions."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(what))}</dd>" for name, what in told)
    return f"<dl>{lines}</dl>"


def moment(at: datetime) -> str:
    """Day and time of London's clocks."""
    here = at.astimezone(LONDON)
    return f"{here:%A} {here.day} {here:%B %Y}, {here:%H:%M:%S} (London)"


@cache
def _template() -> Template:
    return Template((files("assessment") / "pages" / "page.html").read_text("utf-8"))
