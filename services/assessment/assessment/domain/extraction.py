"""From an uploaded file to its text and word count: what the child process runs.

It gets and gives plain values, and sees neither bus nor database. A file that cannot be taken
gives `{"refused": code, "detail": ...}`; a limit of time or memory ends the process instead.
"""

from pathlib import Path
from typing import Any

from assessment.domain import docx, names, odt, uploads, words
from assessment.domain.docx_parts import Parts
from assessment.domain.uploads import Unreadable
from assessment.domain.words import Block, Kind

LONGEST_TEXT = 2_000_000
"""Characters: some hundred times a script of full length."""


def read_script(upload: dict[str, Any]) -> dict[str, Any]:
    """The script in `upload`: filename, content (bytes) or path (of a file that holds them),
    last_marked (a word's number), question.

    Gives text, words, excluded, hidden, cut_off_word, cut_off_at, names_removed and method, which
    names the way the text was taken and the rule it was counted by.
    """
    try:
        content = upload["content"] if "content" in upload else Path(upload["path"]).read_bytes()
        blocks, taken_by, people = _read(upload["filename"], content)
        counted = words.count(
            blocks, last_marked=upload["last_marked"], question=upload.get("question", ())
        )
        if counted.words == 0:
            raise Unreadable("text_empty", "no word of text was found in the file")
        if len(counted.text) > LONGEST_TEXT:
            raise Unreadable("text_too_long", f"the text has {counted.words} words")
    except Unreadable as error:
        return {"refused": error.reason, "detail": error.detail}
    text, cut_off_at, removed = names.remove(counted.text, counted.cut_off_at, people)
    return {
        "text": text,
        "words": counted.words,
        "excluded": counted.excluded,
        "hidden": counted.hidden,
        "cut_off_word": counted.cut_off_word,
        "cut_off_at": cut_off_at,
        "names_removed": removed,
        "method": f"{taken_by} {words.COUNTING_RULE}",
    }


def text_of(filename: str, content: bytes) -> str:
    """All text of a file of any kind that is taken. Raises Unreadable."""
    blocks, _, _ = _read(filename, content)
    return "\n".join(words.normalise(block.text) for block in blocks)


def _read(filename: str, content: bytes) -> tuple[list[Block], str, set[str]]:
    """Blocks, by which reader, and whom the file's properties name."""
    kind = uploads.kind_of(filename, content)
    if kind == "docx":
        parts = Parts(uploads.parts_of(content))
        return docx.blocks_of(parts), "docx/2", docx.people_in(parts)
    if kind == "odt":
        open_parts = uploads.parts_of(content, "odt")
        return odt.blocks_of(open_parts), "odt/2", odt.people_in(open_parts)
    if kind == "pdf":
        blocks, people = _read_pdf(content)
        return blocks, "pdf/1", people
    text, encoding = uploads.text_of(content)
    return [Block(line, Kind.LINE) for line in text.splitlines()], encoding, set()


def _read_pdf(content: bytes) -> tuple[list[Block], set[str]]:
    from assessment.domain import pdf  # its library is slow to load, and most scripts need it not

    try:
        return pdf.blocks_of(content), pdf.people_in(content)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # whatever a library raises at a file made to break it
        raise Unreadable("file_corrupt", "the file is damaged; save it again as PDF") from error
