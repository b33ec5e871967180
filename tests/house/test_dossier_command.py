"""`headship dossier verify FILE`: anybody can check a record that they were given."""

import json
from contextlib import nullcontext
from hashlib import sha256
from uuid import uuid4

import pytest

from assessment.domain import seals
from cli.app import run
from cli.dossier import command
from headship_contracts.assessment.dossiers import (
    DossierCheck,
    DossierCheckPage,
    DossierFlaw,
    VerifyDossiers,
)
from headship_contracts.errors import Refused

SCRIPT = "scripts/6f1f6a0e-7d64-4d0c-9a39-0f5f6f4b7c11"
TEXT = "I would begin with trust."


@pytest.fixture
def dossier(tmp_path):
    """A saved record of four rows, one of which changed once."""
    script = {"number": 1, "window_id": "w", "submission_id": "s", "decision": "pass"}
    rows = {
        SCRIPT: script,
        "windows/w": {"course": "npq-headship", "cohort": "2026b", "number": 1},
        "submissions/s": {"text_sha256": sha256(TEXT.encode()).hexdigest()},
        "marks/2": {"score": 70},
    }
    versions = [(SCRIPT, script | {"decision": None}), *rows.items()]
    chain: list[seals.Seal] = []
    for position, (name, row) in enumerate(reversed(versions), start=1):
        previous = chain[-1].sha256 if chain else seals.BEGINNING
        chain.append(seals.sealed(previous, position, "2028-05-01", name, seals.digest_of(row)))
    chain.append(
        seals.sealed(chain[-1].sha256, 6, "2028-05-02", SCRIPT, seals.digest_of(rows[SCRIPT]))
    )
    told = {
        "script_id": SCRIPT.removeprefix("scripts/"),
        "number": 1,
        "batch": "npq-headship/2026b/1",
        "text": TEXT,
        "head": chain[-1].sha256,
        "chain": [vars(seal) for seal in chain],
        "rows": rows,
    }
    file = tmp_path / "dossier.json"

    def saved(change=None):
        copy = json.loads(json.dumps(told))
        if change is not None:
            change(copy)
        file.write_text(json.dumps(copy))
        return str(file)

    return saved


def test_a_record_as_it_was_saved_holds(dossier, capsys):
    assert run(["dossier", "verify", dossier()]) == 0
    assert "1 dossiers, 6 seals, 0 that do not fit" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda told: told["rows"]["marks/2"].update(score=71), "marks/2 was changed"),
        (lambda told: told["rows"].pop("marks/2"), "marks/2 is missing"),
        (lambda told: told["rows"].update({"marks/3": {}}), "marks/3 was added without a seal"),
        (lambda told: told["chain"].pop(1), "seals/2 is missing"),
        (lambda told: told["chain"][1].update(at="2028-04-01"), "seals/2 was changed"),
        (lambda told: told["chain"].pop(), f"{SCRIPT} was changed"),
        (lambda told: told.update(head="00"), "head is not the last seal"),
        (lambda told: told.update(text="Another text."), "text is not what the rows say"),
        (lambda told: told.update(script_id=str(uuid4())), "script_id is not what the rows say"),
        (lambda told: told.update(number=77), "number is not what the rows say"),
        (lambda told: told.update(batch="other/2026b/1"), "batch is not what the rows say"),
        (lambda told: told.update(chain=[], rows={}, head=""), "chain is empty"),
    ],
)
def test_whatever_was_touched_is_named(dossier, capsys, change, named):
    assert run(["dossier", "verify", dossier(change)]) == 1
    assert named in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda told: told["chain"].append({"position": 7}), "chain.6 is no seal"),
        (lambda told: told["chain"].append(7), "chain.6 is no seal"),
        (lambda told: told["chain"][0].update(position="1"), "chain.0.position is '1'"),
        (lambda told: told.update(chain={}), "chain is not list"),
        (lambda told: told.update(rows=[]), "rows is not dict"),
        (lambda told: told["rows"].update({"marks/2": 7}), "rows.marks/2 is not dict"),
        (lambda told: told.update(number="1"), "number is not int"),
        (lambda told: told.update(script_id="1"), "script_id is '1', which is no id"),
        (lambda told: told.update(text="\ud800"), "surrogates not allowed"),
        (lambda told: told["rows"]["marks/2"].update(score="\ud800"), "surrogates not allowed"),
    ],
)
def test_what_of_a_file_cannot_be_checked_is_named(dossier, capsys, change, named):
    assert run(["dossier", "verify", dossier(change)]) == 1
    assert named in capsys.readouterr().err


def test_what_is_no_dossier_is_told(tmp_path, capsys):
    file = tmp_path / "other.json"
    for content, told in (
        ("{}", "is no dossier"),
        ("[1]", "is no JSON"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
    ):
        file.write_text(content)
        assert run(["dossier", "verify", str(file)]) == 1
        assert told in capsys.readouterr().err
    assert run(["dossier", "verify", "no-id"]) == 1
    assert "no id" in capsys.readouterr().err
    assert run(["dossier", "verify"]) == 1
    assert "one of them" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--reason", "begun before"], "one of them"),
        (["6f1f6a0e-7d64-4d0c-9a39-0f5f6f4b7c11"], "--reason is missing"),
        (["no-id", "--reason", "begun before"], "no id"),
    ],
)
def test_what_is_missing_to_confirm_a_record_is_named(capsys, words, told):
    assert run(["dossier", "sign", *words]) == 1
    assert told in capsys.readouterr().err


def test_what_was_erased_lawfully_is_counted_apart_and_is_no_failure(monkeypatch, capsys):
    gone = DossierFlaw(row="scripts/number 2", what="erased on 01 May 2038, lawfully (…)")
    check = DossierCheck(script_id=uuid4(), number=1, seals=3, head="", flaws=[], erased=[gone])
    monkeypatch.setattr(
        command,
        "asking",
        lambda *_, **__: nullcontext(lambda _: DossierCheckPage(items=[check])),
    )

    code = run(["dossier", "verify", "--window", str(uuid4())])

    said = capsys.readouterr().out
    assert code == 0
    assert "scripts/number 2: erased on 01 May 2038, lawfully" in said
    assert "1 dossiers, 3 seals, 0 that do not fit; 1 scripts lawfully erased" in said


def test_one_record_that_does_not_fit_keeps_no_other_of_its_window_from_being_signed(
    monkeypatch, capsys
):
    ids = [uuid4(), uuid4()]
    flaw = DossierFlaw(row="marks/1", what="was changed")

    def check(number, *flaws):
        return DossierCheck(
            script_id=ids[number], number=number, seals=3, head="", flaws=list(flaws)
        )

    def ask(request):
        if isinstance(request, VerifyDossiers):
            return DossierCheckPage(items=[check(0, flaw), check(1, flaw)])
        if request.script_id == ids[0]:
            raise Refused("dossier_does_not_fit", "marks/1 was changed")
        return check(1)

    monkeypatch.setattr(command, "asking", lambda *_, **__: nullcontext(ask))

    code = run(["dossier", "sign", "--window", str(uuid4()), "--reason", "begun before"])

    said = capsys.readouterr().out
    assert code == 1
    assert "script 0: marks/1 was changed" in said
    assert "2 dossiers, 6 seals, 1 that do not fit" in said
