"""Word files for tests, built by hand, and the reader as the child process runs it."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from assessment.domain.extraction import read_script

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "word/_rels/document.xml.rels"
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
    body: str = "",
    *,
    footnotes: str = "",
    styles: str = "",
    main: str = "word/document.xml",
    drawn: dict[str, str] | None = None,
) -> bytes:
    """A Word file with this inside `w:body`; `drawn`: id of a relationship → its part."""
    kinds = ("styles", "footnotes", "endnotes")
    written = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": relations({"officeDocument": main}),
        RELATIONS: relations({kind: f"{kind}.xml" for kind in kinds}),
        main: f"<w:document {W} {OTHERS}><w:body>{body}</w:body></w:document>",
    }
    if footnotes:
        written["word/footnotes.xml"] = f"<w:footnotes {W}>{footnotes}</w:footnotes>"
    for name, part in (drawn or {}).items():
        written[f"word/drawn/{name}.xml"] = part
        told = f'<Relationship Id="{name}" Type="drawn" Target="drawn/{name}.xml"/>'
        written[RELATIONS] = written[RELATIONS].replace("</Rel", f"{told}</Rel")
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
    name = re.compile(rb"http://schemas.openxmlformats.org/(\w+)/2006/(\w+)")
    with ZipFile(BytesIO(usual)) as archive:
        return a_zip(
            {
                part: name.sub(rb"http://purl.oclc.org/ooxml/\1/\2", archive.read(part))
                for part in archive.namelist()
            }
        )
