"""The demo's third act: a window, real docx files, blind marking, results, one resubmission."""

import base64
import hashlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

from cli.demo import answers, doubts, moderation_page
from cli.demo.stage import Stage
from cli.demo.story import COHORT, COURSE, Story, days_from, in_london
from headship_contracts.assessment.assessors import SetAssessor
from headship_contracts.assessment.marking import (
    Adjudicate,
    CriterionMark,
    GetScript,
    MarkingQueue,
    MarkScript,
    PrepareMarking,
    QueueItem,
)
from headship_contracts.assessment.moderation import ListModerations, OpenModeration
from headship_contracts.assessment.papers import (
    CandidateRecord,
    Criterion,
    ListCandidates,
    PublishPaper,
    ScheduleWindow,
    WindowRecord,
)
from headship_contracts.assessment.results import RatifyResults, ReleaseReport, ReleaseResults
from headship_contracts.assessment.submissions import SubmitScript

WORD_LIMIT = 2_500
LEAST_PREPARATION = timedelta(days=28)
MARKING_DAYS = 14
AT_ONCE = 4
"""Candidates who send at the same moment."""

ADJUDICATORS_REASON = "Read afresh against the scheme; both readings were considered."


def publish_paper(stage: Stage, story: Story) -> None:
    """The case study and its mark scheme."""
    paper = PublishPaper(
        course=COURSE,
        code="MARSH-LANE",
        title="Marsh Lane",
        case_study=answers.CASE_STUDY,
        question="What is the problem, what do you propose, and how will you put it in place?",
        criteria=[
            Criterion(code=code, name=heading, max_mark=answers.MOST_POINTS)
            for code, heading in answers.CRITERIA.items()
        ],
        pass_mark=answers.PASS_MARK,
        word_limit=WORD_LIMIT,
        marking_days=MARKING_DAYS,
    )
    story.paper_id = stage.ask(paper, "demo:paper").paper_id
    for staff_id in story.markers:  # they have marked for years: no probation
        stage.ask(SetAssessor(staff_id=staff_id, probation=0), f"demo:assessor:{staff_id}")


def next_monday(after: date) -> date:
    """The first Monday later than `after`."""
    return after + timedelta(days=7 - after.weekday())


def sit(stage: Stage, story: Story, opens_on: date, number: int) -> ReleaseReport:
    """One window from its schedule to its results."""
    window = _schedule(stage, story, opens_on, number)
    for day in days_from(opens_on, opens_on + timedelta(days=7)):
        stage.go_to(in_london(day, 9))
        _submit(stage, story, window, day, number)
    first = number == 1
    if first:
        doubts.extend(stage, story, window.window_id, opens_on)
        stage.go_to(in_london(opens_on + timedelta(days=7 + doubts.DAYS_MORE), 9))
        _submit(stage, story, window, stage.today(), number)
    marking = opens_on + timedelta(days=9)
    stage.go_to(in_london(marking, 9))
    pair_id = doubts.investigate(stage, story, window.window_id) if first else None
    stage.ask(PrepareMarking(window_id=window.window_id), f"demo:marking:{number}")
    readings: Counter[UUID] = Counter()
    _mark_everything(stage, story, readings)
    stage.ask(OpenModeration(window_id=window.window_id), f"demo:moderation:{number}")
    _mark_everything(stage, story, readings)
    moderated = stage.all_of(ListModerations(window_id=window.window_id))
    if first:
        moderation_page.write(moderated, stage.directory / "moderation.html")
    stage.go_to(in_london(marking + timedelta(days=MARKING_DAYS), 9))
    if pair_id is not None:
        doubts.clear(stage, pair_id)
    stage.ask(RatifyResults(window_id=window.window_id), f"demo:ratify:{number}")
    report = stage.ask(ReleaseResults(window_id=window.window_id), f"demo:release:{number}")
    stage.settle()
    return report


def _schedule(stage: Stage, story: Story, opens_on: date, number: int) -> WindowRecord:
    assert story.paper_id is not None
    window = stage.ask(
        ScheduleWindow(course=COURSE, cohort=COHORT, paper_id=story.paper_id, opens_on=opens_on),
        f"demo:window:{number}",
    )
    stage.settle()
    for before in (28, 7):  # days at which reminders go out
        day = opens_on - timedelta(days=before)
        if in_london(day, 9) > stage.now():
            stage.go_to(in_london(day, 9))
    return window


def _submit(stage: Stage, story: Story, window: WindowRecord, day: date, number: int) -> None:
    """Each candidate writes a docx file, and sends it on a day of their own, some at once."""
    players = story.by_application()

    def send(candidate: CandidateRecord) -> None:
        player = players[candidate.application_id]
        alike = player.part.name == doubts.ALIKE
        chance = story.chance("answer", player.part.name if alike else player.key, number)
        after = chance.randrange(2, 8)
        if player.part.name == doubts.ILL:
            after = 7 + doubts.DAYS_MORE
        if day != window.opens_on + timedelta(days=after):
            return
        attempts = player.part.answers
        answer = attempts[min(candidate.attempt, len(attempts)) - 1]
        file = answers.write(answer, WORD_LIMIT - chance.randrange(100, 700), chance)
        path = stage.directory / "scripts" / f"{player.key}-{candidate.attempt}.docx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file)
        submission = SubmitScript(
            application_id=candidate.application_id,
            window_id=window.window_id,
            filename=path.name,
            content=base64.b64encode(file).decode(),
            own_work=True,
        )
        stage.ask(submission, f"demo:submit:{player.key}:{candidate.attempt}")

    with ThreadPoolExecutor(AT_ONCE) as senders:
        list(senders.map(send, _candidates(stage, window)))
    stage.settle()  # who has sent must not be reminded the next day


def _candidates(stage: Stage, window: WindowRecord) -> list[CandidateRecord]:
    found = stage.all_of(ListCandidates(window_id=window.window_id))
    return [candidate for candidate in found if candidate.state == "entered"]


def _mark_everything(stage: Stage, story: Story, readings: Counter[UUID]) -> None:
    """All markers work through their queues until nothing is left, adjudication included.
    `readings`: how often each script was read before."""
    while True:
        marked = 0
        for staff_id in story.markers:
            for item in stage.all_of(MarkingQueue(staff_id=staff_id)):
                _mark(stage, staff_id, item, readings)
                marked += 1
        if not marked:
            return


def _mark(stage: Stage, staff_id: UUID, item: QueueItem, readings: Counter[UUID]) -> None:
    script = stage.ask(GetScript(allocation_id=item.allocation_id, staff_id=staff_id))
    readings[item.script_id] += 1
    found = answers.read(script.text, _generosity(script.text, readings[item.script_id]))
    if script.kind == "adjudication":
        found = answers.read(script.text, 0)
    marks = [CriterionMark(criterion=code, mark=mark) for code, mark in found.items()]
    holistic = "pass" if sum(found.values()) >= script.pass_mark else "fail"
    key = f"demo:mark:{item.allocation_id}"
    if script.kind == "adjudication":
        decision = Adjudicate(
            allocation_id=item.allocation_id,
            staff_id=staff_id,
            marks=marks,
            holistic=holistic,
            reason=ADJUDICATORS_REASON,
        )
        stage.ask(decision, key)
        return
    marking = MarkScript(
        allocation_id=item.allocation_id, staff_id=staff_id, marks=marks, holistic=holistic
    )
    stage.ask(marking, key)


def _generosity(text: str, reading: int) -> int:
    """Readers differ: by the script and by whether it is its first or its second reading, so that
    the same seed gives the same marks whoever happens to read, and why. Of some the first thinks
    better than the second."""
    points = tuple(answers.read(text, 0).values())
    if points == answers.DISPUTED.points:
        return 1 if reading == 1 else -1
    if points == answers.READ_TOO_KINDLY.points:
        return 2 if reading == 1 else 0
    return hashlib.sha256(f"{reading}\n{text}".encode()).digest()[0] % 3 - 1
