"""What is read from files, and which files are refused."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest

from assessment.domain.docx import blocks_of
from assessment.domain.extraction import read_script
from assessment.domain.uploads import LARGEST_FILE, LARGEST_PART, parts_of

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OTHERS = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def a_docx(body: str = "", *, footnotes: str = "", styles: str = "") -> bytes:
    """A Word file with this inside `w:body`."""
    written = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": f"<w:document {W} {OTHERS}><w:body>{body}</w:body></w:document>",
    }
    if footnotes:
        written["word/footnotes.xml"] = f"<w:footnotes {W}>{footnotes}</w:footnotes>"
    if styles:
        written["word/styles.xml"] = f"<w:styles {W}>{styles}</w:styles>"
    return a_zip(written)


def a_zip(entries: dict[str, str | bytes]) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return held.getvalue()


def p(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(text, run)}</w:p>"


def r(text: str, run: str = "") -> str:
    return f'<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read(content: bytes, filename: str = "script.docx", last_marked: int = 1_500) -> dict:
    return read_script(
        {
            "filename": filename,
            "content": content,
            "last_marked": last_marked,
            "question": [],
        }
    )


def blocks(body, **parts):
    return blocks_of(parts_of(a_docx(body, **parts)))


def texts(body, **parts):
    return [block.text for block in blocks(body, **parts)]


def test_a_file_as_word_writes_it_is_read_in_its_order():
    document = docx.Document()
    document.core_properties.author = "Jane Author"
    document.sections[0].header.paragraphs[0].text = "Jane Author, 1234567"
    document.add_heading("Leading change", 0)
    document.add_heading("Trust", 1)
    document.add_paragraph("I would begin with trust.")
    table = document.add_table(2, 2)
    for number, cell in enumerate(table._cells):
        cell.text = f"cell {number}"
    document.add_heading("References", 1)
    document.add_paragraph("Coe (2014)")
    held = BytesIO()
    document.save(held)

    found = read(held.getvalue())

    assert found["text"].split("\n\n") == [
        "Leading change",
        "Trust",
        "I would begin with trust.",
        *(f"cell {number}" for number in range(4)),
        "References",
        "Coe (2014)",
    ]
    assert (found["words"], found["excluded"]) == (1 + 5 + 8, 2 + 1 + 2)
    assert found["method"] == "docx/1 words/1"
    assert "Jane" not in found["text"]


def test_tracked_insertions_count_and_deletions_do_not():
    body = (
        f"<w:p>{r('kept ')}<w:ins>{r('added ')}</w:ins>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        f"<w:moveFrom>{r('was here')}</w:moveFrom><w:moveTo>{r('is here')}</w:moveTo></w:p>"
        f"<w:ins>{p('inserted paragraph')}</w:ins>"
    )

    assert texts(body) == ["kept added is here", "inserted paragraph"]


def test_a_deleted_row_of_a_table_is_left_out():
    def row(text, properties=""):
        return f"<w:tr><w:trPr>{properties}</w:trPr><w:tc>{p(text)}</w:tc></w:tr>"

    assert texts(f"<w:tbl>{row('stays')}{row('goes', '<w:del/>')}</w:tbl>") == ["stays"]


def test_a_table_within_a_table_is_read_once():
    inner = f"<w:tbl><w:tr><w:tc>{p('inner')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{p('outer')}{inner}{p('')}</w:tc></w:tr></w:tbl>"

    assert [text for text in texts(outer) if text] == ["outer", "inner"]


def test_content_controls_are_read():
    assert texts(f"<w:sdt><w:sdtContent>{p('controlled')}</w:sdtContent></w:sdt>") == ["controlled"]


def test_a_text_box_is_read_once_though_word_writes_it_twice():
    box = f"<w:txbxContent>{p('boxed')}</w:txbxContent>"
    body = (
        "<w:p><w:r><mc:AlternateContent>"
        f"<mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><v:textbox>{box}</v:textbox></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )

    assert [(block.text.strip(), block.kind) for block in blocks(body) if block.text.strip()] == [
        ("boxed", "text_box")
    ]


def test_a_footnote_follows_the_paragraph_that_refers_to_it():
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = f"<w:p>{r('before')}{reference}{r('after')}</w:p>{p('next')}"
    notes = "".join(
        f'<w:footnote w:id="{number}">{p(text)}</w:footnote>'
        for number, text in ((1, "unused"), (2, "note"))
    )

    assert texts(body, footnotes=notes) == ["before after", "note", "next"]


def test_field_codes_are_not_read():
    body = f"<w:p><w:r><w:instrText>PAGE 1</w:instrText></w:r>{r('seen')}</w:p>"

    assert texts(body) == ["seen"]


VANISHING = '<w:style w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
BASED = '<w:style w:styleId="Too"><w:basedOn w:val="Gone"/></w:style>'


@pytest.mark.parametrize(
    ("paragraph", "hidden"),
    [
        (p("two words", run="<w:vanish/>"), 2),
        (p("two words", run='<w:vanish w:val="0"/>'), 0),
        (p("two words", run='<w:color w:val="FFFFFF"/>'), 2),
        (p("two words", run='<w:color w:val="FFFFFF"/><w:shd w:fill="1F3864"/>'), 0),
        (p("two words", '<w:shd w:fill="1F3864"/>', '<w:color w:val="ffffff"/>'), 0),
        (p("two words", run='<w:sz w:val="2"/>'), 2),
        (p("two words", run='<w:sz w:val="12"/>'), 0),
        (p("two words", '<w:pStyle w:val="Gone"/>'), 2),
        (p("two words", '<w:pStyle w:val="Too"/>'), 2),
        (p("two words", run='<w:rStyle w:val="Too"/>'), 2),
        (p("two words", '<w:pStyle w:val="Too"/>', '<w:vanish w:val="false"/>'), 0),
    ],
)
def test_text_that_a_reader_cannot_see_is_flagged(paragraph, hidden):
    (block,) = blocks(paragraph, styles=VANISHING + BASED)

    assert (block.text, block.hidden_words) == ("two words", hidden)


def test_white_letters_in_a_dark_cell_are_seen():
    cell = f'<w:tcPr><w:shd w:fill="000000"/></w:tcPr>{p("seen", run="<w:color w:val=%r/>")}'
    body = f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>" % "FFFFFF"

    assert [block.hidden_words for block in blocks(body)] == [0]


def test_a_style_based_on_itself_ends():
    styles = '<w:style w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>'

    assert texts(p("fine", '<w:pStyle w:val="Loop"/>'), styles=styles) == ["fine"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Café, then tea.".encode(), "utf-8"),
        ("\ufeffCafé, then tea.".encode(), "utf-8"),
        ("Café, then tea.".encode("utf-16"), "utf-16"),
        ("Café, then tea.".encode("cp1252"), "cp1252"),
    ],
)
def test_plain_text_is_read_in_its_encoding(content, encoding):
    found = read(content, "script.TXT")

    assert (found["text"], found["words"]) == ("Café, then tea.", 3)
    assert found["method"] == f"{encoding} words/1"


def test_a_script_over_the_limit_is_taken_and_its_cut_off_marked():
    found = read(b"word " * 100, "script.txt", last_marked=60)

    assert (found["words"], found["cut_off_word"]) == (100, 60)
    assert found["text"][: found["cut_off_at"]].split() == ["word"] * 60


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
        (GOOD, "script.pdf", "file_type_not_taken"),
        (GOOD, "script", "file_type_not_taken"),
        (GOOD, "script.docm", "file_has_macros"),
        (
            a_zip({"word/document.xml": "<a/>", "word/vbaProject.bin": "x"}),
            "s.docx",
            "file_has_macros",
        ),
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
