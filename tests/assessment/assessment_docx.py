"""Word files for tests, built by hand, and the reader as the child process runs it."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from assessment.domain.extraction import read_script

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT_W = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
OTHERS = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def relations(targets: dict[str, str]) -> str:
    """A part of relationships: kind → target."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(
        f'<Relationship Id="r{number}" Type="{base}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items())
    )
    return f"<Relationships>{listed}</Relationships>"


def a_docx(
    body: str = "", *, footnotes: str = "", styles: str = "", main: str = "word/document.xml"
) -> bytes:
    """A Word file with this inside `w:body`."""
    kinds = ("styles", "footnotes", "endnotes")
    written = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": relations({"officeDocument": main}),
        "word/_rels/document.xml.rels": relations({kind: f"{kind}.xml" for kind in kinds}),
        main: f"<w:document {W} {OTHERS}><w:body>{body}</w:body></w:document>",
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


def read(content: bytes, filename: str = "script.docx", last_marked: int = 1_500) -> dict[str, Any]:
    return read_script(
        {
            "filename": filename,
            "content": content,
            "last_marked": last_marked,
            "question": [],
        }
    )


def in_strict_form(usual: bytes) -> bytes:
    """The same file as Word's "Strict Open XML" writes it."""
    with ZipFile(BytesIO(usual)) as archive:
        return a_zip(
            {
                name: archive.read(name).replace(W.partition('"')[2][:-1].encode(), STRICT_W)
                for name in archive.namelist()
            }
        )
