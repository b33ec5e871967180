"""The archive that a person gets, and what the audit commands say."""

import base64
import json
import stat
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cli.errors import CommandError
from cli.protection import archive, audit, subject
from headship_contracts.enrolment.protection import PersonIds
from headship_contracts.protection import (
    AuditCheck,
    AuditFlaw,
    DocumentPiece,
    ExportedDocument,
    ExportedRow,
    PersonExport,
)

WHO = PersonIds(kind="participant", person_ids=[uuid4()], application_ids=[uuid4()])
FILE = ExportedDocument(name="../../my <script>.docx", sha256="ab" * 32, size=6)


def answers(request: Any) -> Any:
    """Two pages of enrolment's, a file of assessment's in two pieces, and nothing of the others."""
    service, method = request.wire.service, request.wire.method
    if method == "export_document":
        pieces = [b"one", b"two"]
        if request.position == len(pieces):
            return DocumentPiece(content="", last=True)
        return DocumentPiece(content=base64.b64encode(pieces[request.position]).decode())
    rows: list[ExportedRow] = []
    if service == "enrolment":
        name = "<Ada>" if request.cursor is None else "Bea"
        content = json.dumps({"full_name": name, "email": None})
        rows = [ExportedRow(table="participants", title="Who you are", content=content)]
    return PersonExport(
        items=rows,
        documents=[FILE] if service == "assessment" and request.cursor is None else [],
        next_cursor="1:0" if service == "enrolment" and request.cursor is None else None,
    )


def test_the_archive_has_a_page_the_same_for_programs_and_the_files(tmp_path: Path) -> None:
    to = tmp_path / "ada.zip"

    archive.write(answers, WHO, to)

    with zipfile.ZipFile(to) as found:
        names = found.namelist()
        page = found.read("index.html").decode()
        data = json.loads(found.read("data.json"))
        document = next(name for name in names if name.startswith("documents/"))
        assert found.read(document) == b"onetwo"
    assert document == f"documents/assessment/{FILE.sha256[:12]}-my_script_.docx"
    assert "&lt;Ada&gt;" in page
    assert "<Ada>" not in page
    records = data["services"]["enrolment"]["records"]["Who you are"]
    assert [one["full_name"] for one in records] == ["<Ada>", "Bea"]
    assert stat.S_IMODE(to.stat().st_mode) == 0o600


def test_nobody_reads_an_archive_who_has_laid_a_file_where_it_is_written(tmp_path: Path) -> None:
    to, theirs = tmp_path / "ada.zip", tmp_path / "theirs"
    (tmp_path / "ada.zip.part").symlink_to(theirs)
    archive.write(answers, WHO, to)
    assert not theirs.exists()

    (tmp_path / "ada.zip.part").touch(mode=0o666)
    archive.write(answers, WHO, to)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600


def test_an_archive_that_cannot_be_finished_is_not_there(tmp_path: Path) -> None:
    def breaks(request: Any) -> Any:
        if request.wire.method == "export_document":
            raise CommandError("the service has gone")
        return answers(request)

    with pytest.raises(CommandError, match="gone"):
        archive.write(breaks, WHO, tmp_path / "ada.zip")

    assert list(tmp_path.iterdir()) == []


def test_verify_names_the_seal_and_its_rows(capsys: pytest.CaptureFixture[str]) -> None:
    flaw = AuditFlaw(number=3, what="a row is not what was sealed", first_id=7, last_id=9)

    def asked(_request: Any) -> AuditCheck:
        told = {"seals": 3, "rows": 9, "last_number": 3, "head": "0" * 64}
        return AuditCheck(more=False, flaws=[flaw], **told)

    assert audit._verify(asked, "sessions", None)

    said = capsys.readouterr().out
    assert "sessions: seal 3 (rows 7 to 9): a row is not what was sealed" in said
    assert "9 rows under 3 seals, 1 flaws" in said


@pytest.mark.parametrize(
    "head",
    [
        *("3", "3:short", f"3:{'z' * 64}"),
        *(f"{number}:{'0' * 64}" for number in ("x", "0", "-3", "\N{SUPERSCRIPT TWO}", "9" * 30)),
    ],
)
def test_a_head_that_is_none_is_told(head: str) -> None:
    with pytest.raises(CommandError, match="NUMBER:SHA256"):
        audit._stands(lambda _request: None, "sessions", head)


def test_what_makes_no_sense_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"ends in \.zip"):
        subject.export("x", tmp_path / "ada.txt")
    with pytest.raises(CommandError, match="must be one of no_longer_needed"):
        subject.erase("x", "because", yes=True)
