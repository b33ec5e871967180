"""What stands in charts and formulas of an OpenDocument text is read where they stand, and counts.

The objects are as OpenDocument 1.3 has them, and as LibreOffice writes them: a part of their own.
"""

import pytest
from assessment_docx import read
from assessment_files import NAMED, SPACES, a_style, an_odt

from assessment.domain.odt import blocks_of
from assessment.domain.uploads import LARGEST_PART, MOST_PARTS, parts_of

CHART = f'{NAMED} xmlns:chart="{SPACES}:chart:1.0"'
MATHS = 'xmlns="http://www.w3.org/1998/Math/MathML"'
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def shown(name="Object 1"):
    """A frame with an object in it, and the picture that stands in for it elsewhere."""
    return (
        f'<draw:frame><draw:object {XLINK} xlink:href="./{name}"/>'
        f'<draw:image {XLINK} xlink:href="./ObjectReplacements/{name}"/></draw:frame>'
    )


def a_title(text, style="ch1"):
    return f'<chart:title chart:style-name="{style}"><text:p>{text}</text:p></chart:title>'


def a_cell(text, kind="string"):
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{text}"><text:p>{text}'
        "</text:p><draw:g><svg:desc>Sheet1.A1</svg:desc></draw:g></table:table-cell>"
    )


def a_row(*cells):
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def a_chart(title, *rows, plot="", more="", styles=""):
    """Titles, the plot and, behind it, the table of what is drawn."""
    return (
        f'<office:document-content {CHART} xmlns:svg="{SPACES}:svg-compatible:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:chart>"
        f'<chart:chart chart:class="chart:bar">{title}<chart:legend chart:legend-position="end"/>'
        f"<chart:plot-area>{plot}</chart:plot-area>{more}"
        f'<table:table table:name="local-table">{"".join(rows)}</table:table>'
        "</chart:chart></office:chart></office:body></office:document-content>"
    )


def a_formula(tokens, source=""):
    annotated = f'<annotation encoding="StarMath 5.0">{source}</annotation>'
    return f"<math {MATHS}><semantics><mrow>{tokens}</mrow>{annotated}</semantics></math>"


def an_odt_with(body, **objects):
    """An OpenDocument text whose objects are named by their order."""
    others = {
        f"Object {number}/content.xml": part
        for number, part in enumerate(objects.values(), start=1)
    }
    return an_odt(body, others=others)


def blocks(content):
    return [(block.text.strip(), str(block.kind)) for block in blocks_of(parts_of(content, "odt"))]


ATTENDANCE = a_chart(
    a_title("Attendance by year"),
    a_row(a_cell(""), a_cell("before"), a_cell("after the change")),
    a_row(a_cell("Year 7"), a_cell("91.5", "float"), a_cell("94.25", "float")),
    a_row(a_cell("Year 8"), a_cell("0.9", "percentage"), a_cell("NaN", "float")),
    plot=f'<chart:axis chart:dimension="y">{a_title("Per cent of sessions")}</chart:axis>',
)


def test_of_a_chart_titles_legend_and_categories_are_read_and_numbers_not():
    found = read(an_odt_with(f"<text:p>See here.{shown()}</text:p>", one=ATTENDANCE), "s.odt")

    assert [line for line in found["text"].split("\n") if line.strip()] == [
        "See here.",
        "Attendance by year",
        "Per cent of sessions",
        "before",
        "after the change",
        "Year 7",
        "Year 8",
    ]
    assert (found["words"], found["excluded"]) == (2 + 3 + 4 + 1 + 3 + 4, 0)
    assert found["method"] == "odt/2 words/2"


@pytest.mark.parametrize(
    "body",
    [
        f"<text:p>before{shown()}</text:p><text:p>after</text:p>",
        f"<text:p>before</text:p>{shown()}<text:p>after</text:p>",
    ],
)
def test_a_chart_is_read_after_its_paragraph_or_where_it_stands_alone(body):
    chart = a_chart(a_title("Where money goes"))

    assert blocks(an_odt_with(body, one=chart)) == [
        ("before", "text"),
        ("Where money goes", "text_box"),
        ("after", "text"),
    ]


def test_what_is_drawn_and_written_on_a_chart_is_read():
    label = (
        "<chart:series><chart:data-point><chart:data-label><text:p>a <text:span>good</text:span>"
        "<text:s/>year</text:p></chart:data-label></chart:data-point></chart:series>"
    )
    shape = (
        "<table:shapes><draw:custom-shape><text:p>an arrow</text:p></draw:custom-shape>"
        "</table:shapes>"
    )

    content = an_odt_with(f"<text:p>{shown()}</text:p>", one=a_chart("", plot=label, more=shape))

    assert [text for text, _ in blocks(content) if text] == ["a good year", "an arrow"]


def test_two_charts_are_each_read_by_their_own_styles():
    tiny = a_style("ch1", 'fo:font-size="1pt"', family="chart")
    seen = a_style("ch1", 'fo:font-size="13pt" fo:color="#ffffff"', family="chart")

    found = read(
        an_odt_with(
            f"<text:p>{shown()}{shown('Object 2')}</text:p>",
            one=a_chart(a_title("these four are tiny"), styles=tiny),
            two=a_chart(a_title("white on what is drawn"), styles=seen),
        ),
        "s.odt",
    )

    assert (found["words"], found["hidden"]) == (9, 4)


def test_a_chart_in_a_hidden_section_is_flagged():
    hidden = f'<text:section text:display="none">{shown()}</text:section>'

    found = read(an_odt_with(f"<text:p>seen</text:p>{hidden}", one=ATTENDANCE), "s.odt")

    assert (found["words"], found["hidden"]) == (1 + 15, 15)


def test_what_was_drawn_in_a_deletion_is_left_out():
    gone = (
        "<text:tracked-changes><text:changed-region><text:deletion>"
        f"<text:p>gone{shown()}</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )

    found = read(an_odt_with(f"{gone}<text:p>kept</text:p>", one=ATTENDANCE), "s.odt")

    assert found["words"] == 1


def test_a_formula_is_read_in_its_line_as_in_a_word_file_and_its_source_is_not():
    formula = a_formula(
        "<mi>r</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>"
        "<mspace/><mtext>of the rest</mtext>",
        "r = 1 over 2 ~ &quot;of the rest&quot;",
    )

    found = read(an_odt_with(f"<text:p>so that {shown()} holds</text:p>", one=formula), "s.odt")

    assert (found["text"], found["words"]) == ("so that r=12 of the rest holds", 7)


def test_a_formula_by_itself_is_read():
    assert blocks(an_odt_with(shown(), one=a_formula("<mi>x</mi>"))) == [("x", "text_box")]


def test_an_object_that_is_written_where_it_stands_is_read_too():
    held = ATTENDANCE.replace("office:document-content", "office:document")
    body = f"<text:p><draw:frame><draw:object>{held}</draw:object></draw:frame></text:p>"

    found = read(an_odt(body), "s.odt")

    assert (found["words"], found["text"].split()[:3]) == (15, ["Attendance", "by", "year"])


@pytest.mark.parametrize(
    "part",
    [
        f"<math {MATHS}/>",
        f"<office:document-content {CHART}/>",
        f"<office:document-content {CHART}><office:body><office:chart/></office:body>"
        "</office:document-content>",
        f"<office:document-content {CHART}><office:body><office:spreadsheet/></office:body>"
        "</office:document-content>",
        a_chart(shown()),  # one that shows itself
        "no XML",
        a_formula("<mi>x</mi>")[:-9],
        '<!DOCTYPE math PUBLIC "-//OpenOffice.org//DTD',
    ],
)
def test_an_object_that_is_not_as_it_should_be_keeps_nothing_else_from_being_read(part):
    body = f"<text:p>kept{shown()}{shown('Object 2')}{shown('../content')}</text:p>"

    assert read(an_odt_with(body, one=part), "s.odt")["text"].strip() == "kept"


@pytest.mark.parametrize("before", ["", '<?xml version="1.0" encoding="UTF-8"?>\n', "\ufeff"])
def test_a_formula_of_an_older_office_names_its_document_type_and_is_read(before):
    named = (
        '<!DOCTYPE math PUBLIC "-//OpenOffice.org//DTD Modified W3C MathML 1.01//EN" "math.dtd">'
    )
    part = f"{before}{named}\n{a_formula('<mi>x</mi>')}"

    assert blocks(an_odt_with(shown(), one=part)) == [("x", "text_box")]


ENTITIES = "<!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>"
DEEP = "<chart:x>" * 300 + "</chart:x>" * 300
DEEP_ROWS = "<mrow>" * 300 + "</mrow>" * 300


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (ENTITIES, "file_corrupt"),
        (ENTITIES.encode("utf-16"), "file_corrupt"),
        (f"<!DOCTYPE x SYSTEM 'x.dtd'>{ENTITIES}", "file_corrupt"),
        (a_chart(DEEP), "file_corrupt"),
        (a_formula(DEEP_ROWS), "file_corrupt"),
        (" " * (LARGEST_PART + 1), "file_expands_too_far"),
    ],
)
def test_an_object_that_has_no_end_is_refused(part, reason):
    found = read(an_odt_with(f"<text:p>words{shown()}</text:p>", one=part), "s.odt")

    assert found["refused"] == reason


def test_more_objects_than_any_script_has_are_refused():
    many = {f"Object {number}/content.xml": "<x/>" for number in range(MOST_PARTS)}

    assert read(an_odt("<text:p>x</text:p>", others=many), "s.odt")["refused"] == (
        "file_expands_too_far"
    )
