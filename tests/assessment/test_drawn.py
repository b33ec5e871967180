"""What stands in diagrams and charts of a Word file is read where they stand, and counts."""

import pytest
from assessment_docx import a_docx, in_strict_form, p, r, read

from assessment.domain.docx import blocks_of
from assessment.domain.docx_parts import Parts
from assessment.domain.uploads import parts_of

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
C = f'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" {A}'
DGM = f'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" {A}'
CX = f'xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex" {A}'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def drawing(reference):
    """A paragraph with a drawing in it."""
    return f"<w:p><w:r><w:drawing><a:graphic {A}>{reference}</a:graphic></w:drawing></w:r></w:p>"


def diagram_here(name="d1"):
    return drawing(f'<dgm:relIds {DGM} {R} r:dm="{name}" r:lo="x" r:qs="y"/>')


def chart_here(name="c1"):
    return drawing(f'<c:chart {C} {R} r:id="{name}"/>')


def said(text, properties=""):
    return f"<a:p><a:r><a:rPr {properties}/><a:t>{text}</a:t></a:r></a:p>"


def point(name, text, about="", **attributes):
    told = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (
        f'<dgm:pt modelId="{name}"{told}><dgm:prSet {about}/>'
        f"<dgm:t><a:bodyPr/>{text}</dgm:t></dgm:pt>"
    )


def link(above, below, order, kind="parOf"):
    return f'<dgm:cxn type="{kind}" srcId="{above}" destId="{below}" srcOrd="{order}"/>'


def a_diagram(points, links=""):
    return (
        f"<dgm:dataModel {DGM}><dgm:ptLst>{points}</dgm:ptLst>"
        f"<dgm:cxnLst>{links}</dgm:cxnLst></dgm:dataModel>"
    )


def a_series(name, *categories):
    named = "".join(
        f'<c:pt idx="{place}"><c:v>{one}</c:v></c:pt>' for place, one in enumerate(categories)
    )
    return (
        f"<c:ser><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:pt><c:v>{name}</c:v></c:pt>"
        f"</c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache>{named}</c:strCache>"
        "</c:strRef></c:cat><c:val><c:numRef><c:numCache><c:pt><c:v>4.3</c:v></c:pt></c:numCache>"
        "</c:numRef></c:val></c:ser>"
    )


def a_chart(title, *series):
    return (
        f"<c:chartSpace {C}><c:chart><c:title><c:tx><c:rich>{said(title)}</c:rich></c:tx></c:title>"
        f"<c:plotArea><c:barChart>{''.join(series)}</c:barChart></c:plotArea>"
        "</c:chart></c:chartSpace>"
    )


def blocks(body, **parts):
    found = blocks_of(Parts(parts_of(a_docx(body, **parts))))
    return [(block.text, str(block.kind)) for block in found if block.text.strip()]


def test_the_text_of_a_diagram_is_read_after_its_paragraph_in_the_order_of_its_tree():
    points = (
        point("0", "", type="doc")
        + point("2", said("then build trust"))
        + point("3", said("listen first"))
        + point("1", said("to begin with") + said("in two lines"))
        + point("9", said("how it is laid out"), type="pres")
    )
    links = link("0", "1", 0) + link("0", "2", 1) + link("1", "3", 0) + link("1", "9", 0, "presOf")

    read_in_order = blocks(
        p("before") + diagram_here() + p("after"), drawn={"d1": a_diagram(points, links)}
    )

    boxes = ["to begin with", "in two lines", "listen first", "then build trust"]
    assert read_in_order == [
        ("before", "text"),
        *((text, "text_box") for text in boxes),
        ("after", "text"),
    ]


def test_places_that_nobody_filled_in_are_not_read():
    unfilled = point("1", said("[Text]"), 'phldrT="[Text]" phldr="1"')
    filled = point("2", said("trust"), 'phldrT="[Text]"')

    found = read(a_docx(diagram_here(), drawn={"d1": a_diagram(unfilled + filled)}))

    assert (found["text"].split(), found["words"]) == (["trust"], 1)


def test_of_a_chart_titles_legend_and_categories_are_read_once_and_numbers_not():
    years = ("Year 7", "Year 8")
    chart = a_chart(
        "Attendance by year", a_series("before", *years), a_series("after the change", *years)
    )

    found = read(a_docx(p("See here.") + chart_here(), drawn={"c1": chart}))

    assert [line for line in found["text"].split("\n") if line.strip()] == [
        "See here.",
        "Attendance by year",
        "before",
        "Year 7",
        "Year 8",
        "after the change",
    ]
    assert (found["words"], found["excluded"]) == (2 + 3 + 1 + 4 + 3, 0)


def test_the_newer_kinds_of_chart_are_read_too():
    chart = (
        f'<cx:chartSpace {CX}><cx:chartData><cx:data><cx:strDim type="cat"><cx:f>A1</cx:f>'
        '<cx:lvl><cx:pt idx="0">Staff</cx:pt></cx:lvl></cx:strDim><cx:strDim type="entityId">'
        '<cx:lvl><cx:pt idx="0">17</cx:pt></cx:lvl></cx:strDim><cx:numDim type="val"><cx:lvl>'
        '<cx:pt idx="0">4</cx:pt></cx:lvl></cx:numDim></cx:data></cx:chartData><cx:chart>'
        "<cx:title><cx:tx><cx:txData><cx:v>Where money goes</cx:v></cx:txData></cx:tx></cx:title>"
        "</cx:chart></cx:chartSpace>"
    )
    choice = f'<cx:chart {CX} {R} r:id="c1"/>'
    body = drawing(
        f"<mc:AlternateContent><mc:Choice>{choice}</mc:Choice><mc:Fallback><w:t>a picture</w:t>"
        "</mc:Fallback></mc:AlternateContent>"
    )

    assert [text for text, _ in blocks(body, drawn={"c1": chart})] == ["Staff", "Where money goes"]


def test_tiny_letters_in_a_diagram_are_flagged_and_white_ones_on_a_shape_not():
    tiny = point("1", said("these four are tiny", 'sz="100"'))
    shown = point("2", said("trust", 'sz="2400"'))

    found = read(a_docx(diagram_here(), drawn={"d1": a_diagram(tiny + shown)}))

    assert (found["words"], found["hidden"]) == (5, 4)


def test_what_was_drawn_in_a_deletion_is_left_out():
    gone = diagram_here().replace("<w:p>", "<w:p><w:del>").replace("</w:p>", "</w:del></w:p>")

    found = read(a_docx(p("kept") + gone, drawn={"d1": a_diagram(point("1", said("gone")))}))

    assert found["words"] == 1


def test_a_note_refers_by_its_own_relationships():
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    note = f'<w:footnote w:id="2">{p("a note")}{diagram_here()}</w:footnote>'
    drawn = {"d1": a_diagram(point("1", said("of the body alone")))}

    body = f"<w:p>{r('before')}{reference}</w:p>"

    assert [text.strip() for text, _ in blocks(body, footnotes=note, drawn=drawn)] == [
        "before",
        "a note",
    ]


def test_the_strict_variant_of_the_format_has_diagrams_and_charts_too():
    drawn = {
        "d1": a_diagram(point("1", said("trust"))),
        "c1": a_chart("Attendance", a_series("before")),
    }

    found = read(in_strict_form(a_docx(p("See") + diagram_here() + chart_here(), drawn=drawn)))

    assert found["text"].split() == ["See", "trust", "Attendance", "before"]


@pytest.mark.parametrize(
    "part",
    [
        a_diagram(point("1", said("one")) + point("1", said("two")), link("1", "1", "x")),
        a_diagram(point("1", said("one", 'sz="²"')), link("1", "1", "²")),
        f"<dgm:dataModel {DGM}/>",
        f"<c:chartSpace {C}/>",
        f"<a:unknown {A}/>",
    ],
)
def test_a_part_that_is_not_as_it_should_be_keeps_nothing_else_from_being_read(part):
    found = read(a_docx(p("kept") + diagram_here() + diagram_here("lost"), drawn={"d1": part}))

    assert found["text"].startswith("kept")


def test_one_that_has_no_end_is_refused():
    deep = "<c:x>" * 500 + "</c:x>" * 500

    found = read(a_docx(chart_here(), drawn={"c1": f"<c:chartSpace {C}>{deep}</c:chartSpace>"}))

    assert found["refused"] == "file_corrupt"
