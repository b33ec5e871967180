"""`headship moderation recompute`: a third party draws again, and learns whether a proof holds."""

import json

import pytest

from assessment.domain import moderation, sampling
from cli.app import run

BATCH, NONCE = "npq-headship/2026b/1", "published in October"


def test_the_sample_of_a_window_is_drawn_again(capsys):
    assert run(["moderation", "recompute", BATCH, NONCE, "--scripts", "57", "--size", "8"]) == 0

    told = capsys.readouterr().out
    drawn = sampling.draw(BATCH, NONCE, scripts=57, size=8)
    assert f"8 of 57 drawn: {' '.join(map(str, drawn))}" in told


def proof_of(tmp_path, **changes):
    frame, drawn = list(range(40, 10, -1)), []
    for _ in range(2):
        drawn.append(moderation.draw(BATCH, NONCE, "m1", frame, drawn))
    step_of = {number: n for n, step in enumerate(drawn, start=1) for number in step}
    proof = {
        "marker": "m1",
        "nonce_sha256": sampling.commitment_to(NONCE),
        "frame": [{"number": n, "score": 60, "step": step_of.get(n)} for n in frame],
    }
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof | changes))
    return file, proof


def test_a_markers_draw_is_made_again_step_by_step(tmp_path, capsys):
    file, _ = proof_of(tmp_path)

    assert run(["moderation", "recompute", BATCH, NONCE, "--proof", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["holds"], told["committed"], len(told["steps"])) == (True, True, 2)


def test_a_draw_that_was_tampered_with_is_told(tmp_path, capsys):
    _, proof = proof_of(tmp_path)
    for line in proof["frame"]:
        line["step"] = {1: 2, 2: 1}.get(line["step"])
    file, _ = proof_of(tmp_path, frame=proof["frame"])

    assert run(["moderation", "recompute", BATCH, NONCE, "--proof", str(file)]) == 1
    assert "the draw holds: NO" in capsys.readouterr().out
    assert run(["moderation", "recompute", BATCH, "another", "--proof", str(file)]) == 1
    assert "the nonce is the one committed to: NO" in capsys.readouterr().out


def test_the_draw_by_risk_is_made_again_too(tmp_path, capsys):
    scored = [(number, 60 + number % 25) for number in range(11, 44)]
    drawn = moderation.draw_by_risk(BATCH, NONCE, "m1", scored, 60)
    frame = [
        {"number": number, "score": score, "step": 1 if number in drawn else None}
        for number, score in scored
    ]
    file, _ = proof_of(tmp_path, by_risk=frame, pass_mark=60)
    assert run(["moderation", "recompute", BATCH, NONCE, "--proof", str(file)]) == 0
    told = capsys.readouterr().out

    proof_of(tmp_path, by_risk=frame, pass_mark=70)
    other = run(["moderation", "recompute", BATCH, NONCE, "--proof", str(file)])

    assert f"by risk: {' '.join(map(str, drawn))}" in told
    assert other == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--scripts"),
        (["--scripts", "3", "--size", "4"], "no 4 can be drawn"),
        (["--proof", "nowhere.json"], "nowhere.json"),
    ],
)
def test_what_is_missing_is_named(capsys, words, told):
    assert run(["moderation", "recompute", BATCH, NONCE, *words]) == 1
    assert told in capsys.readouterr().err


def test_a_proof_that_is_nested_without_end_is_no_json(tmp_path, capsys):
    file = tmp_path / "proof.json"
    file.write_text("[" * 100_000)

    assert run(["moderation", "recompute", BATCH, NONCE, "--proof", str(file)]) == 1
    assert "no JSON" in capsys.readouterr().err


def test_more_scripts_than_any_batch_has_are_not_drawn_from(capsys):
    words = ["moderation", "recompute", BATCH, NONCE, "--scripts", "2000000000", "--size", "5"]

    assert run(words) == 2
    assert "--scripts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("proof", "told"),
    [
        ({"scripts": "x", "size": 3}, "scripts is 'x'"),
        ({"scripts": 57, "size": [8]}, "size is [8]"),
        ({"scripts": 57, "size": -1}, "size is -1"),
        ({"marker": "m1", "frame": [1, 2]}, "the proof is not whole"),
        (
            {"marker": "m1", "frame": [{"number": 1, "score": 60, "step": "x"}]},
            "step of script 1 is 'x'",
        ),
        (
            {"marker": "m1", "frame": [{"number": n, "score": 70 - n} for n in (1, 2)]},
            "script 2 with 68 follows 69",
        ),
        (
            {"marker": "m1", "frame": [{"number": 1, "score": 60}] * 2},
            "a script stands in the frame twice",
        ),
    ],
)
def test_what_is_wrong_with_a_proof_is_named(tmp_path, capsys, proof, told):
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof))

    assert run(["moderation", "recompute", BATCH, NONCE, "--proof", str(file)]) == 1
    assert told in capsys.readouterr().err
