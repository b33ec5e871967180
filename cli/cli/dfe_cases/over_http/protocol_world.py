"""The worlds of the cases about HTTP itself: so many records of each kind, and who they are."""

import re
from datetime import date, timedelta

from cli.dfe_cases.over_http.protocol_words import Asked, funding_meant, statements_meant
from cli.dfe_cases.over_http.stage import Stage
from cli.dfe_cases.suites import CALLER, Json, NotUnderstood
from dfe_simulator.records import Application, Declaration
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.schedules import schedules_of_cohort

OTHER = "LP2"
COHORT = "2026b"
RECORDS = 3
"""Of each kind, where a case does not say."""

FUNDED_PLACE = {"capped": True, "full": None, "zero": False}
"""Of who is accepted, by the cohort's funding."""

FIRST_DEADLINE = date(2026, 12, 25)


def stage_world(stage: Stage, path: str, asked: Asked) -> None:
    """A caller and another provider with records of what the path is about, as many as are asked
    for. What a provider would plausibly send to the path can be done with them.
    """
    world = stage.clear()
    world.cohorts = {COHORT: funding_meant(asked.words)}
    for provider in (CALLER, OTHER):
        stage.admit(provider)
        world.contracts |= {(provider, COHORT, course) for course in courses.GROUPS}
    kind = kind_of(path)
    told = asked.count("outcome" if kind == "outcomes" else subject_of(path, ""))
    number = RECORDS if told is None else told
    if kind == "statements":
        _stage_statements(stage, *statements_meant(number, asked.words))
    elif kind == "delivery-partners":
        _stage_partners(stage, number)
    else:
        _stage_people(stage, kind, number, *_at_first(path, asked))
        if "transferred" in asked.words.casefold():
            _stage_transferred(stage)
        _stage_partners(stage, 1)
        _stage_statements(stage, 1, 0)


def _at_first(path: str, asked: Asked) -> tuple[str, str | None]:
    """The training status of people, or `pending`, and what was declared of them."""
    action = path.rstrip("/").rpartition("/")[2]
    if path.startswith("npq-applications") and action != "change-funded-place":
        return "pending", None
    declared = {"outcomes": "completed", "defer": "started", "withdraw": "started"}.get(action)
    if kind_of(path) == "participant-declarations":
        declared = "started" if asked.method != "POST" or asked.count("declaration") else None
    elif asked.count("declaration") == 0:
        declared = None
    return "deferred" if action == "resume" else "active", declared


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


def _stage_partners(stage: Stage, number: int) -> None:
    for place in range(number):
        stage.world.stage_partner(stage.id_of(f"partner {place + 1}"), {CALLER: [COHORT]})
    stage.world.stage_partner(stage.id_of("other partner"), {OTHER: [COHORT]})


def _stage_people(
    stage: Stage, kind: str, number: int, training: str, declared: str | None
) -> None:
    """A person for each record, and one of another provider."""
    for place in range(max(number, 1)):
        caller = CALLER if place < number else OTHER
        application = _person(stage, f"{place + 1}", caller, training)
        made = declared and _declaration(stage, f"{place + 1}", application, declared)
        if made and kind == "outcomes":
            outcome, on = stage.id_of(f"outcome {place + 1}"), date(2026, 11, 1)
            stage.world.stage_outcome(outcome, made, "passed", on)
    other = _person(stage, "other", OTHER, training)
    if declared and kind == "participant-declarations":
        _declaration(stage, "other", other, declared)
    stage.world.stage_retired_id(stage.id_of("retired"), stage.id_of("participant 1"))


def _stage_transferred(stage: Stage) -> None:
    """The first application came from the other provider, with a declaration that it had made."""
    application = stage.world.applications[stage.id_of("application 1")]
    stage.world.stage_declaration(
        stage.id_of("declaration transferred"),
        application,
        lead_provider=OTHER,
        declaration_type="retained-1",
    )


def _person(stage: Stage, name: str, provider: str, training: str) -> Application:
    participant_id = stage.id_of(f"participant {name}")
    stage.world.stage_person(participant_id)
    accepted = training != "pending"
    application: Application = stage.world.stage_application(
        stage.id_of(f"application {name}"),
        participant_id,
        lead_provider=provider,
        cohort=COHORT,
        status="accepted" if accepted else "pending",
        training_status=training if accepted else None,
        funded_place=FUNDED_PLACE[stage.world.cohorts[COHORT]] if accepted else None,
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
        "accept": {"funded_place": FUNDED_PLACE[stage.world.cohorts[COHORT]]},
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


SUBJECTS = {
    "npq-applications": "application",
    "participants": "participant",
    "outcomes": "participant",
    "participant-declarations": "declaration",
    "statements": "statement",
    "delivery-partners": "partner",
}


def subject_of(path: str, field: str) -> str:
    """What an id is of: by the name of its field (`delivery_partner_id`), else by the path."""
    named = next(
        (one for one in SUBJECTS.values() if field.strip("[]").endswith(f"{one}_id")), None
    )
    return named or SUBJECTS.get(kind_of(path), "application")


PLAIN = frozenset(
    {
        *("a", "an", "the", "id", "ids", "uuid", "of", "own", "its", "our", "s", "one", "first"),
        *("caller", "callers", "lp1", "known", "existing", "valid", "npq"),
        *("application", "participant", "declaration", "statement", "delivery", "partner"),
    }
)
"""Words that say no more than: one of the caller's."""

UNKNOWN = (
    *("unknown", "not exist", "non exist", "nonexist", "random", "missing", "no such", "not found"),
    *("unregistered", "not registered", "nobody", "no one", "nowhere", "deleted", "not in"),
)
NOT_ACCEPTED = ("without an accepted", "no accepted", "not accepted", "pending", "rejected")
"""Of participants: those without an accepted application are not found, either."""

_OLD_ID = re.compile(r"\b(?:old|former|previous|from) (?:participant )?(?:id|uuid)s?\b")


def id_meant(stage: Stage, subject: str, words: str) -> str:
    """The id that words in braces mean: `{id}`, `{id merged into another}`, `{unknown id}`. Raises
    NotUnderstood for words that say something else.
    """
    told = re.findall(r"[a-z0-9]+", words.casefold())
    text = " ".join(told)

    def said(*roots: str) -> bool:
        return any(root in text for root in roots)

    if said("merged", "retired", "replaced", "changed") or _OLD_ID.search(text):
        return stage.id_of("retired")
    if said("not a uuid", "invalid", "malformed"):
        return "not-a-uuid"
    if said(*UNKNOWN) or (subject == "participant" and said(*NOT_ACCEPTED)):
        return stage.id_of("nobody")
    if subject == "declaration" and said("transferred"):
        return stage.id_of("declaration transferred")
    if said("other", "someone else", "not of", "not own", "not the caller", "not ours", "lp2"):
        other = f"other {subject}" if subject in ("statement", "partner") else f"{subject} other"
        return stage.id_of(other)
    if subject == "statement" and said("output fee"):
        return stage.id_of("statement 1")  # the first are without, where the words tell of any
    if not PLAIN.issuperset(told):
        raise NotUnderstood(f"the words {{{words}}} do not say which {subject} is meant")
    return stage.id_of(f"{subject} 1")
