"""Files that cannot be taken, each with its reason."""

import pytest
from assessment_docx import a_docx, a_zip, p, read
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.uploads import LARGEST_FILE, LARGEST_PART

GOOD = a_docx(p("good"))
OLD_WORD = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600
ENCRYPTED = OLD_WORD + "EncryptedPackage".encode("utf-16-le")
LOCKED_PART = bytearray(GOOD)
for _signature, _flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
    _at = LOCKED_PART.find(_signature)
    while _at >= 0:
        LOCKED_PART[_at + _flags] |= 1
        _at = LOCKED_PART.find(_signature, _at + 4)
ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><d>&b;</d>'


@pytest.mark.parametrize(
    ("content", "filename", "reason"),
    [
        (b"", "script.docx", "file_empty"),
        (b"x" * (LARGEST_FILE + 1), "script.txt", "file_too_large"),
        (GOOD, "script.pdf", "file_type_mismatch"),
        (GOOD, "script.odt", "file_type_mismatch"),
        (GOOD, "script.pages", "file_type_not_taken"),
        (GOOD, "script", "file_type_not_taken"),
        (GOOD, "script.docm", "file_has_macros"),
        (
            a_zip({"word/document.xml": "<a/>", "word/vbaProject.bin": "x"}),
            "s.docx",
            "file_has_macros",
        ),
        (
            a_zip({"word/document.xml": "<a/>", "word/embeddings/Sheet.xlsm": "x"}),
            "s.docx",
            "file_has_macros",
        ),
        (a_docx(p("seen") + '<w:altChunk r="r1"/>'), "script.docx", "file_is_several"),
        (OLD_WORD, "script.docx", "file_type_mismatch"),
        (ENCRYPTED, "script.docx", "file_encrypted"),
        (bytes(LOCKED_PART), "script.docx", "file_encrypted"),
        (b"plain text", "script.docx", "file_type_mismatch"),
        (GOOD, "script.txt", "file_type_mismatch"),
        (b"%PDF-1.7 ...", "script.txt", "file_type_mismatch"),
        (b"a\x00b", "script.txt", "file_type_mismatch"),
        (b"\xff\xfea", "script.txt", "file_corrupt"),
        (GOOD[:-40], "script.docx", "file_corrupt"),
        (a_zip({"something": "else"}), "script.docx", "file_corrupt"),
        (a_zip({"word/document.xml": "<w:document"}), "script.docx", "file_corrupt"),
        (a_zip({"word/document.xml": "<other/>"}), "script.docx", "file_corrupt"),
        (a_zip({"word/document.xml": ENTITIES}), "script.docx", "file_corrupt"),
        (a_zip({"word/document.xml": " " * (LARGEST_PART + 1)}), "s.docx", "file_expands_too_far"),
        (a_zip({f"part{n}": "" for n in range(2001)}), "s.docx", "file_expands_too_far"),
        (a_docx(p("...")), "script.docx", "text_empty"),
        (a_docx("<w:sdt>" * 300 + "</w:sdt>" * 300), "script.docx", "file_corrupt"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(content, filename, reason):
    found = read(content, filename)

    assert found.get("refused") == reason
    assert found["detail"]


def test_a_note_that_refers_to_itself_is_refused():
    loop = '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'

    found = read(a_docx(loop, footnotes=f'<w:footnote w:id="1">{loop}{loop}</w:footnote>'))

    assert found["refused"] == "file_corrupt"


def test_a_bomb_that_lies_about_its_size_unpacks_no_further_than_the_limit():
    honest = a_zip({"word/document.xml": b"<a>" + b" " * (LARGEST_PART + 10)})
    size = (LARGEST_PART + 13).to_bytes(4, "little")
    assert honest.count(size) == 2

    found = read(honest.replace(size, (100).to_bytes(4, "little")))

    assert found["refused"] in ("file_corrupt", "file_expands_too_far")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_a_damaged_file_is_read_or_refused_but_never_an_error(damage):
    content = bytearray(GOOD)
    for position, value in damage:
        content[position] = value

    found = read(bytes(content))

    assert "refused" in found or found["words"] >= 1


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=300), st.sampled_from(["docx", "odt", "pdf", "txt"]))
def test_any_bytes_are_read_or_refused_but_never_an_error(content, ending):
    found = read(content, f"script.{ending}")

    assert "refused" in found or found["words"] >= 1


PIECES = (
    *("<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>words here</w:t>"),
    *("<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>"),
    *("<w:pPr/>", "<w:rPr><w:sz w:val='x'/></w:rPr>", "<w:shd/>", "<w:color/>"),
    *("<w:footnoteReference/>", "<w:pStyle/>", "<w:del>", "</w:del>"),
)
xml_pieces = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(xml_pieces)
def test_any_markup_is_read_or_refused_but_never_an_error(body):
    found = read(a_docx(body))

    assert "refused" in found or found["words"] >= 1
