"""How many words a script has, and where the limit falls.

A word is a run of non-space characters with at least one letter or digit, after Unicode NFC; so a
hyphenated compound is one word. Headings, quotations, citations, captions, tables, footnotes and
text boxes count. The title, the question's own text, the references and appendices do not. What
lies past the limit is not marked, so the place is shown to the marker; length alone fails nobody.

References and appendices begin with their title. A heading says that it is one; of what is no
heading it must be told from a sentence that has such a word in it, or a line of one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from unicodedata import normalize

COUNTING_RULE = "words/2"
"""Names the rule on every receipt; changes when a count could."""

LONGEST_TITLE = 40
"""Words of title that go uncounted. A script styled as title from end to end is counted."""

_REFERENCES = r"(\d+[.)]?\s+)?(references|bibliography|reference list)\s*"
_APPENDIX = r"(\d+[.)]?\s+)?appendi(x|ces)\b"
_TITLES = {
    True: re.compile(rf"{_REFERENCES}[:.]?|{_APPENDIX}.{{0,60}}"),
    False: re.compile(
        rf"{_REFERENCES}:?"  # with a full stop it ends a sentence
        rf"|{_APPENDIX}( ([a-z]?\d{{1,2}}|\d{{0,2}}[a-z]|[ivx]{{1,4}}))?"
        r"([:.]| ?[:.–-]( [^\s.!?]+){1,6})?"
    ),
}
"""By whether it is a heading. Else it is no more than a label and a few words after it."""

_SENTENCE_ENDS = re.compile(r"[.!?…:;)\]][\"'”’]*$")
_BETWEEN_BLOCKS = "\n"
_ZERO_WIDTH_SPACE = "\u200b"  # it parts words on the screen, but is no space to \S
_NO_TEXT = dict.fromkeys((*range(0x09), *range(0x0E, 0x1C), 0x7F, *range(0xD800, 0xE000)))
"""What a PDF may say its letters are, and neither a database nor UTF-8 can hold."""


class Kind(StrEnum):
    """What a block of text is in its document."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    LINE = "line"  # of a file that knows no paragraphs: a sentence may go on in the next one
    TABLE = "table"
    FOOTNOTE = "footnote"
    TEXT_BOX = "text_box"


@dataclass(frozen=True)
class Block:
    """A paragraph, a table row, a footnote. `hidden_words` of it a reader cannot see."""

    text: str
    kind: Kind = Kind.TEXT
    hidden_words: int = 0


@dataclass(frozen=True)
class Count:
    """`text` is the whole script; nothing past its character `cut_off_at` is marked."""

    text: str
    words: int
    excluded: int
    hidden: int
    cut_off_word: int | None = None
    cut_off_at: int | None = None

    def over_by(self, limit: int) -> int:
        """Words above the limit, before any tolerance."""
        return max(0, self.words - limit)


def last_marked_word(limit: int, tolerance_percent: int) -> int:
    """The number of the last word that is marked: limit and tolerance, rounded down."""
    return limit * (100 + tolerance_percent) // 100


def words_in(text: str) -> int:
    """The words of a text."""
    return sum(1 for _ in _words(text))


def count(blocks: Iterable[Block], *, last_marked: int, question: Sequence[str] = ()) -> Count:
    """Count a script's words; paragraphs of `question`, which the paper gave, do not count."""
    clean = [Block(normalise(block.text), block.kind, block.hidden_words) for block in blocks]
    given = {_folded(paragraph) for text in question for paragraph in text.splitlines()} - {""}
    words = excluded = offset = 0
    cut_off_at = None
    for block, counts in zip(clean, _counted(clean, given), strict=True):
        for end in _words(block.text):
            if not counts:
                excluded += 1
                continue
            words += 1
            if words == last_marked:
                cut_off_at = offset + end
        offset += len(block.text) + len(_BETWEEN_BLOCKS)
    over = words > last_marked
    return Count(
        text=_BETWEEN_BLOCKS.join(block.text for block in clean),
        words=words,
        excluded=excluded,
        hidden=sum(block.hidden_words for block in clean),
        cut_off_word=last_marked if over else None,
        cut_off_at=cut_off_at if over else None,
    )


def around(text: str, cut_off_at: int, words: int) -> tuple[str, str]:
    """So many words before a character of the text, and so many after it."""
    before = list(re.finditer(r"\S+", text[:cut_off_at]))[-words:]
    after = list(islice(re.finditer(r"\S+", text[cut_off_at:]), words))
    return (
        text[before[0].start() : cut_off_at] if before else "",
        text[cut_off_at : cut_off_at + after[-1].end()] if after else "",
    )


def normalise(text: str) -> str:
    """The text in the form in which it is counted and shown."""
    text = text.translate(_NO_TEXT).replace(_ZERO_WIDTH_SPACE, " ")
    return normalize("NFC", text).strip()


def _words(text: str) -> Iterator[int]:
    """Where each word ends."""
    for token in re.finditer(r"\S+", text):
        if any(map(str.isalnum, token.group())):
            yield token.end()


def _counted(blocks: Sequence[Block], given: set[str]) -> Iterator[bool]:
    """Whether each block counts."""
    in_references = in_body = False
    title_words = 0
    asked = _lines_of_the_question(blocks, given)
    before = ""
    for position, block in enumerate(blocks):
        folded = _folded(block.text)
        if _starts_uncounted_part(block.kind, folded, before):
            in_references = True
        elif block.kind is Kind.HEADING:
            in_references = False  # a heading after the list of references begins a counted part
        title_words += words_in(block.text) if block.kind is Kind.TITLE else 0
        is_title = block.kind is Kind.TITLE and not in_body and title_words <= LONGEST_TITLE
        counts = not (in_references or is_title or folded in given or position in asked)
        in_body = in_body or (counts and bool(folded))
        before = folded
        yield counts


def _starts_uncounted_part(kind: Kind, folded: str, before: str) -> bool:
    """Whether the list of references, or an appendix, begins here; `before`: what stands above."""
    if kind not in (Kind.TEXT, Kind.LINE, Kind.HEADING):
        return False
    if kind is Kind.LINE and before and not _SENTENCE_ENDS.search(before):
        return False
    return _TITLES[kind is Kind.HEADING].fullmatch(folded) is not None


def _lines_of_the_question(blocks: Sequence[Block], given: set[str]) -> set[int]:
    """Positions of lines that together are a paragraph of the question."""
    found: set[int] = set()
    for first, block in enumerate(blocks):
        if block.kind is not Kind.LINE or first in found:
            continue
        told = ""
        for last in range(first, len(blocks)):
            told = f"{told} {_folded(blocks[last].text)}".strip()
            if told in given:
                found.update(range(first, last + 1))
                break
            if not told or not any(one.startswith(told) for one in given):
                break
    return found


def _folded(text: str) -> str:
    return " ".join(normalise(text).casefold().split())
