"""`headship applications`: files go up a piece at a time, and come back to be corrected."""

import base64
import hashlib
import os
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cli.app import run
from cli.errors import CommandError
from cli.imports.files import upload
from headship_contracts.enrolment.imports import (
    BeginImport,
    ImportRecord,
    PutImportPiece,
)
from headship_contracts.errors import Refused
from headship_contracts.files import PIECE_BYTES

BIG = 1_000_000_000


class Desk:
    """Takes files of up to a megabyte, as enrolment does."""

    def __init__(self) -> None:
        self.content = b""

    def __call__(self, request: Any) -> ImportRecord | None:
        if isinstance(request, PutImportPiece):
            piece = base64.b64decode(request.content)
            assert len(piece) <= PIECE_BYTES
            assert hashlib.sha256(piece).hexdigest() == request.sha256
            self.content += piece
            return None
        assert isinstance(request, BeginImport)
        if request.size > 1_500_000:
            raise Refused("too_large", f"{request.size} bytes")
        return ImportRecord(
            import_id=uuid4(),
            kind=request.kind,
            state="uploading",
            size=request.size,
            pieces=0,
            created_by="tester",
            created_at=datetime.now(UTC),
            revision=1,
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def sent(desk: Desk, path: Path) -> ImportRecord:
    return upload(desk, path, kind="applications", delimiter=None, encoding=None)


def test_a_file_goes_up_in_pieces(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(os.urandom(1_200_000))

    begun = sent(desk, path)

    assert desk.content == path.read_bytes()
    assert begun.size == 1_200_000


def test_a_file_that_is_too_large_is_refused_before_it_is_read(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(BIG)

    with pytest.raises(Refused, match="too_large"):
        sent(desk, path)

    assert desk.content == b""


def test_a_pipe_is_taken_though_its_size_is_not_known(desk: Desk, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["sh", "-c", 'echo full_name,course,cohort > "$0"', pipe]):
        begun = sent(desk, pipe)

    assert (desk.content, begun.size) == (b"full_name,course,cohort\n", 24)


def test_a_file_imported_and_exported_again_is_the_same_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEADSHIP_EMBEDDED", str(tmp_path / "data"))
    people, errors, back = (tmp_path / name for name in ("people.csv", "errors.csv", "back.csv"))
    header = "Full name,Course,Cohort,Setting,Employment type"
    good = "Zoë =Example,NPQH,2026b,another setting,hospital school"
    people.write_text(f"{header}\n{good}\nBo Example,NPQ?,2026b,other,\n", encoding="cp1252")

    assert run(["applications", "validate", str(people), "--embedded"]) == 1
    assert "row 3: course must be one of DfE's" in capsys.readouterr().out
    wanted = ["--mode", "valid-rows", "--errors", str(errors), "--embedded"]
    assert run(["applications", "import", str(people), *wanted]) == 1
    assert run(["applications", "export", str(back), "--embedded"]) == 0
    assert run(["applications", "import", str(back), "--embedded", "--json"]) == 0

    assert errors.read_text("utf-8-sig").splitlines()[1].startswith("Bo Example,NPQ?,2026b")
    assert "Zoë =Example" in back.read_text("utf-8-sig")
    assert '"unchanged": 1' in capsys.readouterr().out
    assert {stat.S_IMODE(file.stat().st_mode) for file in (errors, back)} == {0o600}


@pytest.mark.parametrize("name", ["nothing.csv", "."])
def test_what_cannot_be_read_is_told(desk: Desk, tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="cannot read"):
        sent(desk, tmp_path / name)
