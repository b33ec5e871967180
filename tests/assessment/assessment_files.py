"""OpenDocument and PDF files for tests, built by hand."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

SPACES = "urn:oasis:names:tc:opendocument:xmlns"
NAMED = (
    " ".join(
        f'xmlns:{prefix}="{SPACES}:{name}:1.0"'
        for prefix, name in {
            "office": "office",
            "text": "text",
            "style": "style",
            "table": "table",
            "draw": "drawing",
            "meta": "meta",
            "fo": "xsl-fo-compatible",
        }.items()
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
ODT = "application/vnd.oasis.opendocument.text"


def an_odt(
    body: str = "",
    *,
    automatic: str = "",
    styles: str = "",
    author: str = "",
    kind: str = ODT,
    others: dict[str, str] | None = None,
) -> bytes:
    """An OpenDocument text with this inside `office:text`."""
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, ZIP_STORED)
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMED}>"
            f"<office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {NAMED}><office:styles>{styles}</office:styles>"
            "</office:document-styles>",
        )
        archive.writestr(
            "meta.xml",
            f"<office:document-meta {NAMED}><office:meta><meta:initial-creator>{author}"
            "</meta:initial-creator></office:meta></office:document-meta>",
        )
        for name, content in (others or {}).items():
            archive.writestr(name, content)
    return held.getvalue()


def a_style(name: str, properties: str, *, family: str = "text", parent: str = "") -> str:
    """An OpenDocument style with these text properties."""
    return (
        f'<style:style style:name="{name}" style:family="{family}" '
        f'style:parent-style-name="{parent}"><style:text-properties {properties}/></style:style>'
    )


def a_pdf(
    *pages: str, author: str = "", catalogue: str = "", trailer: str = "", page_has: str = ""
) -> bytes:
    """A PDF whose pages have these content streams; `show` makes one."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>",
        "<< /Type /Pages /Kids [{}] /Count {} >>".format(
            " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages))), len(pages)
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< /Author ({author}) >>",
    ]
    for number, page in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {6 + 2 * number} 0 R {page_has} >>"
        )
        packed = zlib.compress(page.encode("cp1252"))
        objects.append(
            f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n"
            + packed.decode("latin-1")
            + "\nendstream"
        )
    written, places = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{held}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return written + (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R {trailer} >>\n"
        f"startxref\n{len(written)}\n%%EOF\n"
    ).encode("latin-1")


def show(*lines: str, before: str = "", size: float = 12, top: int = 780) -> str:
    """A content stream that shows lines from the top of a page; `before` sets colour and such."""
    told = "".join(f"({line}) Tj 0 -15 Td " for line in lines)
    return f"{before} BT /F1 {size} Tf 60 {top} Td {told} ET "
