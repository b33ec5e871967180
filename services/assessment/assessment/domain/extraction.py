"""From an uploaded file to its text and word count: what the child process runs.

It gets and gives plain values, and sees neither bus nor database. A file that cannot be taken
gives `{"refused": code, "detail": ...}`; a limit of time or memory ends the process instead.
"""

from typing import Any

from assessment.domain import uploads, words
from assessment.domain.docx import blocks_of
from assessment.domain.words import Block

LONGEST_TEXT = 2_000_000
"""Characters: some hundred times a script of full length."""


def read_script(upload: dict[str, Any]) -> dict[str, Any]:
    """The script in `upload`: filename, content (bytes), last_marked (a word's number), question.

    Gives text, words, excluded, hidden, cut_off_word, cut_off_at and method, which names the way
    the text was taken and the rule it was counted by.
    """
    try:
        blocks, taken_by = _blocks(upload["filename"], upload["content"])
        counted = words.count(
            blocks, last_marked=upload["last_marked"], question=upload.get("question", ())
        )
        if counted.words == 0:
            raise uploads.Unreadable("text_empty", "no word of text was found in the file")
        if len(counted.text) > LONGEST_TEXT:
            raise uploads.Unreadable("text_too_long", f"the text has {counted.words} words")
    except uploads.Unreadable as error:
        return {"refused": error.reason, "detail": error.detail}
    return {
        "text": counted.text,
        "words": counted.words,
        "excluded": counted.excluded,
        "hidden": counted.hidden,
        "cut_off_word": counted.cut_off_word,
        "cut_off_at": counted.cut_off_at,
        "method": f"{taken_by} {words.COUNTING_RULE}",
    }


def _blocks(filename: str, content: bytes) -> tuple[list[Block], str]:
    if uploads.kind_of(filename, content) == "docx":
        return blocks_of(uploads.parts_of(content)), "docx/1"
    text, encoding = uploads.text_of(content)
    return [Block(line) for line in text.splitlines()], encoding
