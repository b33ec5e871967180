"""The text of a PDF, line by line, and how much of it a reader cannot see.

Left out: lines that return at the head or foot of most pages, and page numbers. Words that a line
break parts with a hyphen are joined. Invisible, white and tiny text is read and flagged.

Names of operators: ISO 32000-1, annex A.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from assessment.domain.pdf_watch import Watch
from assessment.domain.uploads import Unreadable
from assessment.domain.words import Block, Kind, words_in

MOST_PAGES = 500
_PASSIVE = ("/Contents", "/Resources", "/StructTreeRoot", "/Parent", "/P")
_PAGE_NUMBER = re.compile(
    r"(page\s*)[0-9]+(\s*(of|/)\s*[0-9]+)?|[0-9]+\s*(of|/)\s*[0-9]+", re.IGNORECASE
)
_EDGE_LINES = 2
_PAGES_TO_COMPARE = 3

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of each oddity of each file


def blocks_of(content: bytes) -> list[Block]:
    """The lines of a PDF. Raises Unreadable."""
    pages = []
    reader = _open(content)
    for page in reader.pages:
        watch = Watch()
        text = page.extract_text(visitor_operand_before=watch.before)
        hidden = 0
        if watch.hidden_shows:
            seen = page.extract_text(visitor_operand_before=Watch(blanks=True).before)
            hidden = max(0, words_in(text) - words_in(seen))
        pages.append((text.splitlines(), hidden))
    lines = _without_running_lines([lines for lines, _ in pages])
    blocks = []
    for found, (_, hidden) in zip(lines, pages, strict=True):
        joined = _joined(found)
        for position, line in enumerate(joined):
            blocks.append(Block(line, Kind.LINE, hidden_words=hidden if position == 0 else 0))
        if hidden and not joined:
            blocks.append(Block("", hidden_words=hidden))
    return blocks


def people_in(content: bytes) -> set[str]:
    """Whom the file's properties name."""
    told = _open(content).metadata
    return {str(told.author)} if told is not None and told.author else set()


def _open(content: bytes) -> PdfReader:
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise Unreadable("file_encrypted", "remove the password and send it again")
    if len(reader.pages) > MOST_PAGES:
        raise Unreadable("text_too_long", f"it has {len(reader.pages)} pages")
    for one in _dictionaries(reader.trailer["/Root"]):
        if (why := _active(one)) is not None:
            raise Unreadable("file_has_macros", f"it {why}; print it to a new PDF")
    return reader


def _dictionaries(root: Any) -> Iterator[DictionaryObject]:
    """Every dictionary that a reader program comes upon: of pages, annotations, fields, actions.

    What a page is drawn with and how its text is structured can hold no action, and is left out.
    """
    left, seen = [root], set[tuple[int, int]]()
    while left:
        found = left.pop()
        if isinstance(found, IndirectObject):
            place = (found.idnum, found.generation)
            if place in seen:
                continue
            seen.add(place)
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            yield found
            left += [value for name, value in found.items() if name not in _PASSIVE]
        elif isinstance(found, ArrayObject):
            left += found


def _active(one: DictionaryObject) -> str | None:
    """What a dictionary does besides being read."""
    if one.get("/S") == "/JavaScript" or "/JS" in one or "/JavaScript" in one:
        return "holds a script"
    if one.get("/S") == "/Launch":
        return "starts a program"
    if one.get("/Subtype") == "/FileAttachment" or "/EmbeddedFiles" in one or "/EF" in one:
        return "holds another file"
    return None


def _without_running_lines(pages: Sequence[list[str]]) -> list[list[str]]:
    """Each page without page numbers, and without what stands at the edge of most pages."""
    edges = [_edges(page) for page in pages]
    often: Counter[str] = Counter()
    for page, found in zip(pages, edges, strict=True):
        often.update({_without_numbers(page[position]) for position in found})
    repeated = set()
    if len(pages) >= _PAGES_TO_COMPARE:
        repeated = {line for line, times in often.items() if times * 2 > len(pages)}
    counted = _numbered_from(pages, edges)
    kept = []
    for number, (page, found) in enumerate(zip(pages, edges, strict=True)):
        running = {
            position
            for position in found
            if _is_repeated(page[position], repeated)
            or (len(pages) > 1 and _is_page_number(page[position].strip(), number, counted))
        }
        kept.append([line for position, line in enumerate(page) if position not in running])
    return kept


def _is_repeated(line: str, repeated: set[str]) -> bool:
    """Numbers alone are told from years and figures by how they go on, not by being numbers."""
    found = _without_numbers(line)
    return found in repeated and found != "#"


def _numbered_from(pages: Sequence[list[str]], edges: Sequence[list[int]]) -> set[int]:
    """What numbers at the edge of two pages or more have been counted from; the usual one is 1."""
    begins = Counter(
        int(page[position]) - number
        for number, (page, found) in enumerate(zip(pages, edges, strict=True))
        for position in found
        if _is_number(page[position])
    )
    return {1} | {first for first, times in begins.items() if times > 1}


def _is_page_number(line: str, number: int, counted: set[int]) -> bool:
    """Whether this stands at the edge for the page with this number, from 0; a lone year does
    not."""
    if _is_number(line):
        return int(line) - number in counted
    return _PAGE_NUMBER.fullmatch(line) is not None


def _is_number(line: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", line.strip()) is not None


def _edges(page: list[str]) -> list[int]:
    """The first and last lines of a page that hold anything."""
    filled = [position for position, line in enumerate(page) if line.strip()]
    return sorted({*filled[:_EDGE_LINES], *filled[-_EDGE_LINES:]})


def _without_numbers(line: str) -> str:
    return re.sub(r"[0-9]+", "#", " ".join(line.split()))


def _joined(lines: list[str]) -> list[str]:
    """Lines, with a word that a line break parts put together, its hyphen kept."""
    joined: list[str] = []
    for line in lines:
        if joined and re.search(r"[a-z]-$", joined[-1]) and re.match(r"[a-z]", line):
            rest, _, line = line.partition(" ")
            joined[-1] += rest
        joined.append(line)
    return joined
