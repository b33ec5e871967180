"""An appeal in the demo: dismissed by the clerical check, upheld by the review of marking."""

import base64
from datetime import timedelta
from uuid import UUID

from cli.demo import answers, reliability_page
from cli.demo.stage import Stage
from cli.demo.story import Story, in_london
from headship_contracts.assessment.appeals import DecideAppeal, EscalateAppeal, FileAppeal
from headship_contracts.assessment.dossiers import GetDossier, PrintDossier, VerifyDossiers
from headship_contracts.assessment.marking import CriterionMark, ListScripts
from headship_contracts.assessment.reliability import ReportReliability
from headship_contracts.assessment.results import GetLetter

OVERLOOKED_POINTS = 2
"""Of each criterion: what the reviewer finds in the table, and both markers had not read."""

STEPS = timedelta(days=3)
"""Between a letter and the appeal, and between its stages."""


def appeal(stage: Stage, story: Story, window_id: UUID) -> None:
    """Someone who failed appeals and is found to have passed; the result is told again."""
    player = story.named("appeals")
    clerk, reviewer = story.seniors
    _write_letter(stage, player.application_id, "before")
    _later(stage)
    filed = stage.ask(
        FileAppeal(
            application_id=player.application_id,
            grounds="marking_not_in_line_with_scheme",
            statement="Nobody seems to have read the table at the end.",
        ),
        "demo:appeal",
    )
    _later(stage)
    stage.ask(
        DecideAppeal(
            appeal_id=filed.appeal_id,
            decision="dismissed",
            reason="All marks were added up rightly.",
            staff_id=clerk,
        ),
        "demo:appeal:clerical",
    )
    escalated = EscalateAppeal(appeal_id=filed.appeal_id, reason="The table counts as well.")
    stage.ask(escalated, "demo:appeal:escalated")
    _later(stage)
    marks = [
        CriterionMark(criterion=code, mark=points + OVERLOOKED_POINTS)
        for code, points in zip(answers.CRITERIA, answers.OVERLOOKED.points, strict=True)
    ]
    stage.ask(
        DecideAppeal(
            appeal_id=filed.appeal_id,
            decision="upheld",
            reason="The table answers the last two questions; the scheme gives marks for it.",
            marks=marks,
            staff_id=reviewer,
        ),
        "demo:appeal:review",
    )
    stage.settle()
    _write_letter(stage, player.application_id, "after")
    _write_dossier(stage, player.application_id, window_id)


def write_reliability(stage: Stage, window_id: UUID) -> None:
    """The page of how the markers of a window agree."""
    report = stage.ask(ReportReliability(window_id=window_id))
    reliability_page.write(report, stage.directory / "reliability.html")


def flaws(stage: Stage, windows: list[UUID]) -> int:
    """Dossiers of these windows of which a row does not fit its seal: none."""
    return sum(
        bool(check.flaws)
        for window_id in windows
        for check in stage.all_of(VerifyDossiers(window_id=window_id))
    )


def _later(stage: Stage) -> None:
    stage.go_to(in_london(stage.today() + STEPS, 9))


def _write_letter(stage: Stage, application_id: UUID, when: str) -> None:
    letter = stage.ask(GetLetter(application_id=application_id))
    path = stage.directory / "letters" / f"{when}-the-appeal.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(base64.b64decode(letter.content))


def _write_dossier(stage: Stage, application_id: UUID, window_id: UUID) -> None:
    scripts = stage.all_of(ListScripts(window_id=window_id))
    (script_id,) = [one.script_id for one in scripts if one.application_id == application_id]
    folder = stage.directory / "dossiers"
    folder.mkdir(exist_ok=True)
    dossier = stage.ask(GetDossier(script_id=script_id))
    (folder / "appealed.json").write_text(dossier.content + "\n", encoding="utf-8")
    printed = stage.ask(PrintDossier(script_id=script_id))
    (folder / "appealed.pdf").write_bytes(base64.b64decode(printed.content))
