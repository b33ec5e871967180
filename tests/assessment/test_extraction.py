"""What is read from Word files and plain text."""

from io import BytesIO

import docx
import pytest
from assessment_docx import a_docx, in_strict_form, p, r, read

from assessment.domain.docx import blocks_of
from assessment.domain.docx_parts import Parts
from assessment.domain.uploads import parts_of


def blocks(body, **parts):
    return blocks_of(Parts(parts_of(a_docx(body, **parts))))


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

    assert found["text"].split("\n") == [
        "Leading change",
        "Trust",
        "I would begin with trust.",
        *(f"cell {number}" for number in range(4)),
        "References",
        "Coe (2014)",
    ]
    assert (found["words"], found["excluded"]) == (1 + 5 + 8, 2 + 1 + 2)
    assert found["method"] == "docx/2 words/2"
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


def test_a_deleted_cell_of_a_table_is_left_out():
    gone = f"<w:tc><w:tcPr><w:cellDel/></w:tcPr>{p('gone')}</w:tc>"
    found = read(a_docx(f"<w:tbl><w:tr>{gone}<w:tc>{p('kept')}</w:tc></w:tr></w:tbl>"))

    assert (found["text"], found["words"]) == ("kept", 1)


def test_paragraphs_whose_mark_was_deleted_between_them_are_one():
    mark = "<w:rPr><w:del/></w:rPr>"
    found = read(a_docx(p("trust and curri", mark) + p("", mark) + p("culum") + p("last")))

    assert (found["text"], found["words"]) == ("trust and curriculum\nlast", 4)


def test_a_tab_to_a_place_of_its_own_parts_words():
    found = read(a_docx("<w:p><w:r><w:t>one</w:t><w:ptab/><w:t>two</w:t></w:r></w:p>"))

    assert found["words"] == 2


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


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("<mc:Choice>{0}</mc:Choice><mc:Choice>{1}</mc:Choice>", "first"),
        ("<mc:Fallback>{0}</mc:Fallback>", "first"),
        ("{0}", "first"),
    ],
)
def test_of_what_is_said_in_several_ways_one_is_read(said, read):
    said = said.format("<w:t>first</w:t>", "<w:t>second</w:t>")

    body = f"<w:p><w:r><mc:AlternateContent>{said}</mc:AlternateContent></w:r></w:p>"

    assert texts(body) == [read]


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


@pytest.mark.parametrize(("letters", "hidden"), [("000000", 1), ("0A0A0A", 1), ("E0E0E0", 0)])
def test_letters_in_the_colour_of_their_ground_are_flagged(letters, hidden):
    look = f'<w:color w:val="{letters}"/><w:shd w:fill="000000"/>'

    assert read(a_docx(p("unseen", run=look) + p("seen")))["hidden"] == hidden


@pytest.mark.parametrize(
    ("letters", "marked", "hidden"),
    [("FFFF00", "yellow", 1), ("FFFFFF", "white", 1), ("FFFFFF", "darkBlue", 0)],
)
def test_letters_in_the_colour_that_they_are_highlighted_with_are_flagged(letters, marked, hidden):
    look = f'<w:color w:val="{letters}"/><w:highlight w:val="{marked}"/>'

    assert read(a_docx(p("unseen", run=look) + p("seen")))["hidden"] == hidden


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
    assert found["method"] == f"{encoding} words/2"


def test_a_script_over_the_limit_is_taken_and_its_cut_off_marked():
    found = read(b"word " * 100, "script.txt", last_marked=60)

    assert (found["words"], found["cut_off_word"]) == (100, 60)
    assert found["text"][: found["cut_off_at"]].split() == ["word"] * 60


def test_a_main_part_by_another_name_is_found():
    found = read(a_docx(p("found"), main="word/document2.xml"))

    assert found["text"] == "found"


def test_the_strict_variant_of_the_format_is_read():
    usual = a_docx(p("strictly speaking", run="<w:vanish/>"))

    found = read(in_strict_form(usual))

    assert (found["words"], found["hidden"]) == (2, 2)


def test_what_word_puts_into_an_empty_control_is_not_the_authors():
    control = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    body = control.format(p("Click here")) + f"<w:p>{r('own ')}{control.format(r('Click'))}</w:p>"

    assert texts(body) == ["own "]


def test_the_lines_of_plain_text_stay_as_they_are():
    assert read(b"one\n\ntwo\nthree", "script.txt")["text"] == "one\n\ntwo\nthree"
