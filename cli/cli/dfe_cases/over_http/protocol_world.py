"""The worlds of the cases about HTTP itself: so many records of each kind, and who they are."""

import re
from datetime import date, timedelta

from cli.dfe_cases.over_http.stage import Stage
from cli.dfe_cases.suites import Json
from dfe_simulator.records import Application, Declaration
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.schedules import schedules_of_cohort

CALLER, OTHER = "LP1", "LP2"
COHORT = "2026b"
RECORDS = 3
"""Of each kind, where a case does not say."""

NUMBERS = {"no": 0, "none": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
FIRST_DEADLINE = date(2026, 12, 25)


def stage_world(stage: Stage, path: str, number: int | None, words: str) -> None:
    """A caller and another provider with `number` records each of what the path is about."""
    world = stage.clear()
    world.cohorts = {COHORT: "capped"}
    for provider in (CALLER, OTHER):
        stage.admit(provider)
        world.contracts |= {(provider, COHORT, course) for course in courses.GROUPS}
    wanted = RECORDS if number is None else number
    kind = kind_of(path)
    if kind == "statements":
        _stage_statements(stage, wanted, _without_output_fee(wanted, words))
    elif kind == "delivery-partners":
        for place in range(wanted):
            world.stage_partner(stage.id_of(f"partner {place + 1}"), {CALLER: [COHORT]})
        world.stage_partner(stage.id_of("other partner"), {OTHER: [COHORT]})
    else:
        _stage_people(stage, kind, wanted)


def kind_of(path: str) -> str:
    """Which list a path belongs to; the outcomes are a list of their own."""
    first = path.strip("/").partition("?")[0]
    if first.startswith("participants/npq"):
        return "outcomes" if first.rstrip("/").endswith("outcomes") else "participants"
    return first.partition("/")[0]


def _stage_statements(stage: Stage, number: int, without: int) -> None:
    for place in range(number):
        stage.world.stage_statement(
            stage.id_of(f"statement {place + 1}"),
            CALLER,
            COHORT,
            deadline_on=FIRST_DEADLINE + timedelta(days=30 * place),
            output_fee=place >= without,
        )
    stage.world.stage_statement(stage.id_of("other statement"), OTHER, COHORT)


def _without_output_fee(number: int, words: str) -> int:
    """`2 statements, one with output_fee=false`: how many those are."""
    found = re.search(
        r"(\w+)\s+(?:of (?:them|which)\s+)?(?:with|has|have)?\s*output_fee\s*[=:]?\s*false", words
    )
    if found is None:
        return int("without output fee" in words.replace("_", " "))
    told = found[1].casefold()
    if told in ("all", "both"):
        return number
    return NUMBERS.get(told, int(told) if told.isdecimal() else 1)


def _stage_people(stage: Stage, kind: str, number: int) -> None:
    """A person for each record; of a caller's applications some await a decision."""
    status = "pending" if kind == "npq-applications" else "accepted"
    for place in range(max(number, 1)):
        shown = place < number
        application = _person(stage, f"{place + 1}", CALLER if shown else OTHER, status)
        if kind == "participant-declarations":
            _declaration(stage, f"{place + 1}", application, "started")
        if kind == "outcomes":
            made = _declaration(stage, f"{place + 1}", application, "completed")
            completed_on = date(2026, 11, 1)
            stage.world.stage_outcome(
                stage.id_of(f"outcome {place + 1}"), made, "passed", completed_on
            )
    other = _person(stage, "other", OTHER, status)
    if kind == "participant-declarations":
        _declaration(stage, "other", other, "started")
    stage.world.stage_retired_id(stage.id_of("retired"), stage.id_of("participant 1"))


def _person(stage: Stage, name: str, provider: str, status: str) -> Application:
    participant_id = stage.id_of(f"participant {name}")
    stage.world.stage_person(participant_id)
    accepted = status == "accepted"
    application: Application = stage.world.stage_application(
        stage.id_of(f"application {name}"),
        participant_id,
        lead_provider=provider,
        cohort=COHORT,
        status=status,
        funded_place=True if accepted else None,
        schedule=schedules_of_cohort(COHORT)[0] if accepted else None,
    )
    return application


def _declaration(stage: Stage, name: str, application: Application, kind: str) -> Declaration:
    return stage.world.stage_declaration(
        stage.id_of(f"declaration {name}"), application, declaration_type=kind
    )


def plausible_body(stage: Stage, method: str, path: str) -> Json | None:
    """What a provider would send to an endpoint, where a case is not about the body."""
    action = path.rstrip("/").rpartition("/")[2]
    if method not in ("POST", "PUT") or action in ("reject", "void"):
        return None
    course: Json = {"course_identifier": courses.HEADSHIP}
    known: dict[str, Json] = {
        "accept": {"funded_place": True},
        "change-funded-place": {"funded_place": True},
        "defer": course | {"reason": "other"},
        "withdraw": course | {"reason": "other"},
        "resume": course,
        "change-schedule": course | {"schedule_identifier": "npq-leadership-spring"},
        "outcomes": course | {"state": "passed", "completion_date": "2026-11-01"},
        "change-delivery-partner": {"delivery_partner_id": stage.id_of("partner 1")},
        "participant-declarations": course
        | {
            "participant_id": stage.id_of("participant 1"),
            "declaration_type": "started",
            "declaration_date": "2026-10-05T09:00:00Z",
            "delivery_partner_id": stage.id_of("partner 1"),
        },
    }
    return {"data": {"attributes": known.get(action, {})}}


NAMES = {
    "npq-applications": "application",
    "participants": "participant",
    "outcomes": "participant",
    "participant-declarations": "declaration",
    "statements": "statement",
    "delivery-partners": "partner",
}


def ids_of(stage: Stage, path: str, words: str) -> str:
    """The id that words in braces mean: `{id}`, `{id merged into another}`, `{unknown id}`."""

    def said(*roots: str) -> bool:
        return any(root in words.casefold() for root in roots)

    name = NAMES.get(kind_of(path), "application")
    if said("merged", "retired", "replaced", "changed"):
        return stage.id_of("retired")
    if said("unknown", "not exist", "non-exist", "nonexist", "random", "missing", "no such"):
        return stage.id_of("nobody")
    if said("other", "someone else"):
        return stage.id_of(f"other {name}" if name in ("statement", "partner") else f"{name} other")
    if said("not a uuid", "invalid", "malformed"):
        return "not-a-uuid"
    return stage.id_of(f"{name} 1")
