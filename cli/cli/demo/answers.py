"""The answers that the demo's participants write, and how its assessors read them.

Each criterion has a section. A point that gives its reason ("... because ...") earns a mark; an
assessor finds the points in the text that the platform extracted, and is a little more or less
generous than the next one. All of it is synthetic.
"""

import io
import random
import re
from dataclasses import dataclass

from docx import Document

CASE_STUDY = (
    "Marsh Lane is a fictional school of 420 pupils. In two years attendance has fallen from 95 "
    "to 91 per cent, four experienced teachers have left, and the results in mathematics have "
    "dropped below those of similar schools. The trust has asked the new headteacher for a plan. "
)

CRITERIA = {
    "diagnosis": "What is the problem",
    "evidence": "What the evidence says",
    "proposal": "What I propose",
    "implementation": "How it will be put in place",
    "impact": "How we shall know that it works",
}
"""Code of a criterion → its heading in an answer."""

MOST_POINTS = 10
PASS_MARK = 30

_WHO = ("the senior team", "middle leaders", "families", "the governing body", "our teachers")
_DOES = ("would review", "should agree on", "could rehearse", "will revisit", "must sustain")
_WHAT = (
    "the weekly routines for attendance",
    "the sequence of the curriculum in mathematics",
    "how new colleagues are coached",
    "the use of assessment in lessons",
    "the calm start of each school day",
)
_WHY = (
    "the research on implementation warns against doing too much at once",
    "pupils learn best in lessons that are calm and well prepared",
    "teachers stay where they are coached and trusted",
    "the numbers of the last two years point that way",
    "families answer when they are asked early and in person",
)
_WHEN = (
    "this term",
    "before the summer",
    "in the first half-term",
    "within the year",
    "from now on",
)


@dataclass(frozen=True)
class Answer:
    """How good an answer is: points per criterion, in the order of `CRITERIA`."""

    points: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.points)


STRONG = Answer((8, 8, 9, 8, 8))
BORDERLINE = Answer((6, 6, 7, 6, 6))
DISPUTED = Answer((7, 6, 6, 6, 6))
"""As good as a borderline one, but its two readers differ: a third decides."""
READ_TOO_KINDLY = Answer((6, 6, 5, 6, 6))
"""Does not pass, but its first reader thinks so well of it that nothing asks for a second one."""
WEAK = Answer((4, 3, 4, 3, 3))
OVERLOOKED = Answer((5, 4, 5, 4, 5))
"""Fails however generous its reader; with what is overlooked it passes."""


def write(answer: Answer, words: int, chance: random.Random) -> bytes:
    """The answer as a docx file of about `words` words, with headings, a table and a list."""
    document = Document()
    document.core_properties.author = ""
    document.add_heading("Response to the case study", level=1)
    each = words // len(CRITERIA)
    for heading, points in zip(CRITERIA.values(), answer.points, strict=True):
        document.add_heading(heading, level=2)
        for paragraph in _paragraphs(points, each, chance):
            document.add_paragraph(paragraph)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Milestone", "Owner"
    for who in _WHO:
        row = table.add_row()
        row.cells[0].text, row.cells[1].text = chance.choice(_WHEN), who
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def read(text: str, generosity: int) -> dict[str, int]:
    """The marks that an assessor gives: points found per criterion, shifted by generosity."""
    sections = re.split("|".join(re.escape(heading) for heading in CRITERIA.values()), text)[1:]
    found = [len(re.findall(r"\bbecause\b", section)) for section in sections]
    return {
        code: max(0, min(MOST_POINTS, points + (generosity if points >= 5 else 0)))
        for code, points in zip(CRITERIA, found, strict=False)
    }


def _paragraphs(points: int, words: int, chance: random.Random) -> list[str]:
    sentences = [_sentence(chance, reasoned=True) for _ in range(points)]
    while sum(len(sentence.split()) for sentence in sentences) < words:
        sentences.append(_sentence(chance, reasoned=False))
    chance.shuffle(sentences)
    return [" ".join(sentences[first : first + 6]) for first in range(0, len(sentences), 6)]


def _sentence(chance: random.Random, *, reasoned: bool) -> str:
    words = [chance.choice(part) for part in (_WHO, _DOES, _WHAT, _WHEN)]
    if reasoned:
        words.append(f"because {chance.choice(_WHY)}")
    sentence = " ".join(words)
    return f"{sentence[0].upper()}{sentence[1:]}."
