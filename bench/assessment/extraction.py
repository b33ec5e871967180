"""Reading files of each format: scripts per second, and whether the loop turns meanwhile."""

import tempfile
import time
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import docx

from assessment.domain.extraction import read_script
from bench.assessment.corpus import WORDS, scripts
from bench.loop import LoopStall
from bench.report import Result, median
from kit import jobs

LINE, LINES_ON_A_PAGE = 90, 48
REPETITIONS = 20
IN_CHILDREN = 6
LARGE_MIB = 19
MOST_STALL_MS = 100
JOB = "assessment.domain.extraction:read_script"


def measure() -> list[Result]:
    """One script of 1,500 words in each format, in this process and as the service does it."""
    text = next(scripts(1))
    results = []
    for name, content in _files(text).items():
        upload = {"filename": name, "content": content, "last_marked": WORDS, "question": []}
        kind = name.rpartition(".")[2]
        found = read_script(upload)
        if "refused" in found:
            raise RuntimeError(f"{name}: {found}")
        results += [
            Result(name=f"extraction of {kind}", unit="scripts/s", value=_rate(upload)),
            Result(name=f"{kind}: words counted", unit="words", value=found["words"]),
        ]
        with LoopStall() as stall:
            rate = _rate_in_children(upload)
        results += [
            Result(name=f"extraction of {kind} in child processes", unit="scripts/s", value=rate),
            Result(
                name=f"worst stall of the loop, {kind}",
                unit="milliseconds",
                value=stall.worst * 1000,
                bar=MOST_STALL_MS,
                at_most=True,
            ),
        ]
    return [*results, _large()]


def _rate(upload: dict[str, object]) -> float:
    taken = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        read_script(upload)
        taken.append(time.perf_counter() - began)
    return 1 / median(taken)


def _rate_in_children(upload: dict[str, object]) -> float:
    began = time.perf_counter()
    for _ in range(IN_CHILDREN):
        jobs.run(JOB, upload, seconds=60, megabytes=512)
    return IN_CHILDREN / (time.perf_counter() - began)


def _large() -> Result:
    """The loop's stall while a file of the largest size is read by its path."""
    document = docx.Document()
    document.add_paragraph("ten words stand in this document beside a large picture")
    held = BytesIO()
    document.save(held)
    with ZipFile(held, "a", ZIP_STORED) as archive:
        archive.writestr("word/media/picture.bin", bytes(range(256)) * (LARGE_MIB * 4096))
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(held.getvalue())
        with LoopStall() as stall:
            found = jobs.run(
                JOB,
                {"filename": "large.docx", "path": file.name, "last_marked": WORDS},
                seconds=60,
                megabytes=512,
            )
    if "refused" in found:
        raise RuntimeError(str(found))
    return Result(
        name=f"worst stall of the loop, a file of {LARGE_MIB} MiB",
        unit="milliseconds",
        value=stall.worst * 1000,
        bar=MOST_STALL_MS,
        at_most=True,
    )


def _files(text: str) -> dict[str, bytes]:
    paragraphs = text.split(". ")
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    held = BytesIO()
    document.save(held)
    return {
        "script.docx": held.getvalue(),
        "script.odt": _odt(paragraphs),
        "script.pdf": _pdf(text),
        "script.txt": text.encode(),
    }


def _odt(paragraphs: list[str]) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(f"<text:p>{escape(paragraph)}</text:p>" for paragraph in paragraphs)
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:text="{names}:text:1.0">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", ZIP_STORED)
        archive.writestr("content.xml", content)
    return held.getvalue()


def _pdf(text: str) -> bytes:
    """A PDF as a word processor makes one: a line for each line, several pages."""
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= LINE:
            lines.append(line)
            line = ""
        line += f"{word} "
    lines.append(line)
    pages = [
        lines[start : start + LINES_ON_A_PAGE] for start in range(0, len(lines), LINES_ON_A_PAGE)
    ]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, page in enumerate(pages):
        stream = f"BT /F1 11 Tf 60 780 Td {''.join(f'({one}) Tj 0 -15 Td ' for one in page)}ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources "
            f"<< /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    written, places = "%PDF-1.4\n", []
    for number, held in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{held}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>"
    start = len(written)
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}\n"
    return f"{written}startxref\n{start}\n%%EOF\n".encode()
