"""What is read from OpenDocument texts and PDF files."""

from io import BytesIO

import pytest
from assessment_docx import a_docx, p, read
from assessment_files import a_pdf, a_style, an_odt, show
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from assessment.domain import odt, pdf
from assessment.domain.uploads import parts_of
from assessment.domain.words import Kind


def odt_blocks(body, **parts):
    return odt.blocks_of(parts_of(an_odt(body, **parts), "odt"))


def texts(blocks):
    return [block.text for block in blocks]


WHITE = a_style("white", 'fo:color="#ffffff"')
TINY = a_style("tiny", 'fo:font-size="1pt"')
GONE = a_style("gone", 'text:display="none"')
LETTERS = WHITE + TINY + GONE


class TestOpenDocument:
    def test_paragraphs_headings_lists_and_tables_come_in_their_order(self):
        found = odt_blocks(
            '<text:h text:outline-level="1">Trust</text:h><text:p>I begin<text:tab/>here.</text:p>'
            "<text:list><text:list-item><text:p>first</text:p></text:list-item></text:list>"
            "<table:table><table:table-row><table:table-cell><text:p>a cell</text:p>"
            "</table:table-cell></table:table-row></table:table>"
        )

        assert texts(found) == ["Trust", "I begin\there.", "first", "a cell"]
        assert [block.kind for block in found] == [
            Kind.HEADING,
            Kind.TEXT,
            Kind.TEXT,
            Kind.TABLE,
        ]

    def test_tracked_insertions_count_and_deletions_do_not(self):
        found = odt_blocks(
            "<text:tracked-changes><text:changed-region><text:deletion>"
            "<text:p>deleted words</text:p></text:deletion></text:changed-region>"
            "</text:tracked-changes>"
            "<text:p>kept <text:change-start/>inserted<text:change-end/><text:change/> end</text:p>"
        )

        assert texts(found) == ["kept inserted end"]

    @pytest.mark.parametrize("kind", ["footnote", "endnote"])
    def test_a_note_follows_the_paragraph_that_refers_to_it(self, kind):
        found = odt_blocks(
            f'<text:p>before<text:note text:note-class="{kind}"><text:note-citation>1'
            "</text:note-citation><text:note-body><text:p>the note</text:p></text:note-body>"
            "</text:note> after</text:p>"
        )

        assert texts(found) == ["before  after", "the note"]
        assert found[1].kind is Kind.FOOTNOTE

    def test_a_text_box_and_a_shape_are_read(self):
        found = odt_blocks(
            "<text:p>beside<draw:frame><draw:text-box><text:p>in a box</text:p></draw:text-box>"
            "</draw:frame></text:p>"
            "<draw:custom-shape><text:p>in a shape</text:p></draw:custom-shape>"
        )

        assert texts(found) == ["beside ", "in a box", "in a shape"]
        assert found[1].kind is found[2].kind is Kind.TEXT_BOX

    @pytest.mark.parametrize("style", ["white", "tiny", "gone"])
    def test_text_that_a_reader_cannot_see_is_flagged(self, style):
        (block,) = odt_blocks(
            f'<text:p>seen <text:span text:style-name="{style}">not seen</text:span></text:p>',
            automatic=LETTERS,
        )

        assert (block.text, block.hidden_words) == ("seen not seen", 2)

    def test_a_hidden_section_is_flagged_and_white_letters_on_dark_are_seen(self):
        dark = (
            '<style:style style:name="dark" style:family="table-cell">'
            '<style:table-cell-properties fo:background-color="#003300"/></style:style>'
        )
        found = odt_blocks(
            '<text:section text:display="none"><text:p>three words hidden</text:p></text:section>'
            '<table:table><table:table-row><table:table-cell table:style-name="dark"><text:p>'
            '<text:span text:style-name="white">seen</text:span></text:p></table:table-cell>'
            "</table:table-row></table:table>",
            automatic=LETTERS + dark,
        )

        assert [block.hidden_words for block in found] == [3, 0]

    def test_comments_and_fields_that_name_the_author_are_left_out(self):
        found = odt_blocks(
            "<text:p>mine<office:annotation><dc:creator>Jane Author</dc:creator>"
            "<text:p>a comment</text:p></office:annotation>"
            "<text:author-name>Jane Author</text:author-name></text:p>"
        )

        assert texts(found) == ["mine"]

    def test_a_title_does_not_count(self):
        parented = a_style("P1", "", family="paragraph", parent="Title")
        content = an_odt(
            '<text:p text:style-name="P1">My long title</text:p><text:p>two words</text:p>',
            automatic=parented,
        )

        found = read(content, "s.odt")

        assert (found["words"], found["excluded"]) == (2, 3)
        assert found["method"] == "odt/2 words/2"

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (an_odt("<text:p>x</text:p>", others={"Basic/a.xml": "<a/>"}), "file_has_macros"),
            (an_odt("", others={"META-INF/manifest.xml": "encryption-data"}), "file_encrypted"),
            (an_odt("<text:p>x</text:p>", kind="application/epub+zip"), "file_type_mismatch"),
            (an_odt("<text:p>.</text:p>"), "text_empty"),
            (an_odt("<text:p>x</text:p>")[:-30], "file_corrupt"),
            (an_odt("<text:section>" * 300 + "</text:section>" * 300), "file_corrupt"),
            (b"no archive", "file_type_mismatch"),
        ],
    )
    def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(self, content, reason):
        assert read(content, "s.odt")["refused"] == reason


SCRIPT = "<< /S /JavaScript /JS (app.alert) >>"


class TestPdf:
    def test_lines_come_in_order_over_pages(self):
        found = pdf.blocks_of(a_pdf(show("Leading change", "begins here"), show("and goes on")))

        assert texts(found) == ["Leading change", "begins here", "and goes on"]

    @pytest.mark.parametrize(
        "hidden",
        [
            show("not seen", before="1 1 1 rg", top=400),
            show("not seen", before="1 g", top=400),
            show("not seen", before="0 0 0 0 k", top=400),
            show("not seen", before="3 Tr", top=400),
            show("not seen", size=1, top=400),
        ],
    )
    def test_text_that_a_reader_cannot_see_is_read_and_flagged(self, hidden):
        found = read(a_pdf(f"q {hidden} Q {show('seen by all')}"), "s.pdf")

        assert (found["words"], found["hidden"]) == (5, 2)

    def test_white_letters_on_a_dark_ground_are_seen(self):
        page = f"q 0 0.2 0 rg 50 700 400 120 re f 1 g {show('plainly seen', top=780)} Q"

        assert read(a_pdf(page), "s.pdf")["hidden"] == 0

    def test_running_heads_and_page_numbers_are_no_words_of_the_author(self):
        pages = [
            show("Jane Author, NPQH", f"thoughts {'abcd'[number]}", f"Page {number + 1} of 4")
            for number in range(4)
        ]

        found = read(a_pdf(*pages), "s.pdf")

        assert found["text"].split("\n") == ["thoughts a", "thoughts b", "thoughts c", "thoughts d"]

    def test_a_word_parted_at_a_line_end_is_one_word(self):
        found = read(a_pdf(show("we build leader-", "ship every day")), "s.pdf")

        assert found["words"] == 5
        assert "leader-ship" in found["text"]

    def test_the_list_of_references_does_not_count(self):
        found = read(a_pdf(show("one two.", "References", "Fullan, M. 2001")), "s.pdf")

        assert (found["words"], found["excluded"]) == (2, 4)

    def test_a_line_of_a_sentence_about_appendices_is_no_title_of_one(self):
        lines = ("Look at the", "appendices that I hand in beside this script. Then the")

        found = read(
            a_pdf(show(*lines, "references.", "And on I go.", "Appendix", "a plan")), "s.pdf"
        )

        assert (found["words"], found["excluded"]) == (18, 3)

    def test_a_year_at_the_edge_of_a_page_is_a_word_of_its_author(self):
        pages = [
            show("It went so from", "2019"),
            show("2", "to the end of", "2021"),
            show("a", "3"),
        ]

        found = read(a_pdf(*pages), "s.pdf")

        assert " ".join(found["text"].split()) == "It went so from 2019 to the end of 2021 a"

    def test_page_numbers_that_begin_later_are_left_out(self):
        pages = [show(f"thoughts {letter}", str(11 + n)) for n, letter in enumerate("abc")]

        assert read(a_pdf(*pages), "s.pdf")["words"] == 6

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"%PDF-1.7 and then nothing", "file_corrupt"),
            (a_pdf(show("x"))[:200], "file_corrupt"),
            (a_pdf(show("...")), "text_empty"),
            (
                a_pdf(show("x"), catalogue="/OpenAction << /S /JavaScript /JS (app.alert) >>"),
                "file_has_macros",
            ),
            (a_pdf(show("x"), catalogue="/Names << /EmbeddedFiles << >> >>"), "file_has_macros"),
            (a_pdf(show("x"), catalogue="/OpenAction << /S /Launch >>"), "file_has_macros"),
            (a_pdf(show("x")) + a_docx(p("also a Word file")), "file_is_several"),
            (a_pdf(show("x")) + b"\x00" * 5_000, "file_is_several"),
            (b"\n" + a_pdf(show("x")), "file_type_mismatch"),
        ],
    )
    def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(self, content, reason):
        assert read(content, "s.pdf")["refused"] == reason

    @pytest.mark.parametrize(
        ("catalogue", "page_has", "why"),
        [
            ("", f"/AA << /O {SCRIPT} >>", "script"),
            ("", f"/Annots [<< /Subtype /Link /A {SCRIPT} >>]", "script"),
            ("", f"/Annots [<< /Subtype /Widget /AA << /K {SCRIPT} >> >>]", "script"),
            (f"/AcroForm << /Fields [<< /Kids [<< /A {SCRIPT} >>] >>] >>", "", "script"),
            (f"/OpenAction << /S /GoTo /D [0] /Next [{SCRIPT}] >>", "", "script"),
            (f"/OpenAction << /S /GoTo /D [0] /Next << /S /URI /Next {SCRIPT} >> >>", "", "script"),
            ("", "/Annots [<< /Subtype /Link /A << /S /Launch /F (calc) >> >>]", "program"),
            ("", "/Annots [<< /Subtype /FileAttachment /FS << /F (x) >> >>]", "another file"),
        ],
    )
    def test_a_file_that_does_more_than_be_read_is_refused(self, catalogue, page_has, why):
        found = read(a_pdf(show("x"), catalogue=catalogue, page_has=page_has), "s.pdf")

        assert found["refused"] == "file_has_macros"
        assert why in found["detail"]

    def test_links_and_empty_forms_are_no_reason_to_refuse_a_file(self):
        link = "/Annots [<< /Subtype /Link /A << /S /URI /URI (https://example.org) >> >>]"

        found = read(
            a_pdf(show("x"), catalogue="/AcroForm << /Fields [] >>", page_has=link), "s.pdf"
        )

        assert found["words"] == 1

    def test_a_file_with_a_password_is_refused(self):
        writer = PdfWriter(PdfReader(BytesIO(a_pdf(show("secret")))))
        writer.encrypt("word", algorithm="RC4-128")
        held = BytesIO()
        writer.write(held)

        assert read(held.getvalue(), "s.pdf")["refused"] == "file_encrypted"


GOOD = {"s.pdf": a_pdf(show("good words")), "s.odt": an_odt("<text:p>good words</text:p>")}


@pytest.mark.parametrize("name", list(GOOD))
@settings(max_examples=150, deadline=None)
@given(damage=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), max_size=6))
def test_a_damaged_file_is_read_or_refused_but_never_an_error(name, damage):
    content = bytearray(GOOD[name])
    for share, value in damage:
        content[int(share * len(content))] = value

    found = read(bytes(content), name)

    assert "refused" in found or found["words"] >= 1


def test_a_word_file_that_is_a_pdf_as_well_is_refused():
    content = a_docx(p("words"))

    assert read(content + b"tail", "s.docx")["refused"] == "file_is_several"
    assert read(an_odt("", kind="%PDF-1.4"), "s.odt")["refused"] == "file_is_several"
    assert read(b"text\n" + content[-22:], "s.txt")["refused"] in (
        "file_is_several",
        "file_type_mismatch",
    )
