"""What the documents share: paper, type, and a table that breaks over pages."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape  # nosec B406 # writes, and reads nothing

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

_SHEET = getSampleStyleSheet()
BODY = ParagraphStyle("body", parent=_SHEET["BodyText"], fontSize=10, leading=14)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=7.5, leading=9.5, wordWrap="CJK")
TITLE = ParagraphStyle("title", parent=_SHEET["Heading1"], fontSize=16, leading=20)
HEADING = ParagraphStyle("heading", parent=_SHEET["Heading2"], fontSize=11, leading=14)

_LINE = HexColor("#b1b4b6")
_HEAD = HexColor("#f3f2f1")


_ENCODING = "cp1252"
_WITHOUT_SIGN = dict(zip("ŁłĐđĦħŦŧı\u2010\u2011\u2212", "LlDdHhTti---", strict=True))
"""What stands nearest of what the type has, for letters that are not made of another and a sign."""


def said(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph of plain text: nothing in it is markup. A letter that the type lacks is set
    without its sign; one that is no Latin letter is shown as a box."""
    return Paragraph(escape(as_set(text)).replace("\n", "<br/>"), style)


def as_set(text: str) -> str:
    """The text in letters that the type has, as far as there are any: Lukasz for Łukasz."""
    return "".join(one if can_be_set(one) else _nearest(one) for one in normalize("NFC", text))


def can_be_set(text: str) -> bool:
    """Whether the type has all of these letters."""
    return text.encode(_ENCODING, errors="ignore").decode(_ENCODING) == text


def _nearest(letter: str) -> str:
    bare = normalize("NFD", letter)[0]
    return bare if can_be_set(bare) else _WITHOUT_SIGN.get(letter, letter)


def gap(millimetres: float = 4) -> Flowable:
    """Space between two parts."""
    return Spacer(1, millimetres * mm)


def rows(head: Sequence[str], body: Sequence[Sequence[Any]], widths: Sequence[float]) -> Table:
    """A table; widths in millimetres. Its head comes again on each page."""
    cells = [[said(str(cell), SMALL) for cell in row] for row in (head, *body)]
    table = Table(cells, colWidths=[width * mm for width in widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.25, _LINE),
                ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
            ]
        )
    )
    return table


def document(title: str, parts: Sequence[Flowable]) -> bytes:
    """A4 pages with the title in the file's properties, and numbers at their feet.

    The same parts give the same bytes: no time and no random id is written.
    """
    out = BytesIO()
    made = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=20 * mm,
        bottomMargin=20 * mm,
        title=title,
        author="",
        invariant=1,
    )
    made.build(list(parts), onFirstPage=_numbered, onLaterPages=_numbered)
    return out.getvalue()


def _numbered(canvas: Any, made: Any) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 8)
    canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, str(made.page))
    canvas.restoreState()
