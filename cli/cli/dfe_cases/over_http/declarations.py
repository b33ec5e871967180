"""Create and void a declaration: asked of the simulator."""

from datetime import date, timedelta
from typing import Any

from cli.dfe_cases.applications import cohort_name
from cli.dfe_cases.declarations import TRN, day, instant, is_refunded, read_schedule, trn_of
from cli.dfe_cases.over_http.stage import NotStaged, Stage, now_of
from cli.dfe_cases.suites import Json
from dfe_simulator.records import Application
from enrolment.domain.dfe import declarations as rules
from enrolment.domain.dfe.payments import REFUNDABLE_STATES
from enrolment.domain.dfe.schedules import cohort_year, schedules_of_cohort

LATE = date(2049, 12, 25)
"""Of statements that no day shall move during a case."""


def create(stage: Stage, given: Json) -> Json:
    """Claim a milestone."""
    now, caller, told = instant(given["now"]), given["caller"], given["application"]
    world = stage.clear()
    stage.admit(caller)
    cohort = cohort_name(told["cohort"])
    world.cohorts[cohort] = _funding_of(told["cohort"])
    replaced_by = given.get("participant_id_changed_to")
    trn = trn_of(told)
    verified = trn is not None and bool(told.get("trn_verified", True))
    applicant_id = stage.id_of(replaced_by or "P1")
    person = world.stage_person(applicant_id, trn=trn, trn_verified=verified)
    if replaced_by:
        world.stage_retired_id(stage.id_of("P1"), person.participant_id)
    record = _stage_application(stage, given, person.participant_id, cohort)
    for number, made in enumerate(given.get("own_declarations") or ()):
        dated = rules.parse_declaration_date(made.get("declaration_date"))
        world.stage_declaration(
            stage.id_of(made.get("id") or f"own {number + 1}"),
            record,
            lead_provider=made.get("lead_provider") or caller,
            declaration_type=made["declaration_type"],
            state=made["state"],
            **({"declared_at": dated} if dated else {}),
        )
    _stage_others(stage, given, cohort)
    if given.get("contract_for_cohort_and_course", True):
        named = (given.get("request") or {}).get("course_identifier")  # the rebranded one, maybe
        for course in (told["course"], named):
            if isinstance(course, str):
                world.contracts.add((caller, cohort, course))
    _stage_statements(stage, given, caller, cohort)
    partners = given.get("delivery_partners") or {}
    for partner in partners.get("linked_to_caller_for_cohort") or ():
        world.stage_partner(stage.id_of(partner), {caller: [cohort]})
    for partner in partners.get("other_existing") or ():
        world.stage_partner(stage.id_of(partner), {})
    before = set(world.declarations)
    reply = stage.ask(
        "POST",
        "participant-declarations",
        caller=caller,
        at=now,
        attributes=_with_ids(stage, given.get("request") or {}),
    )
    if reply.http != 200:
        nothing = {"state": None, "statement": None, "outcome": None, "superseded_by": None}
        return nothing | reply.told()
    (made_id,) = set(world.declarations) - before
    outcomes = world.outcomes_of(made_id)
    return reply.told() | {
        "state": reply.attributes["state"].replace("-", "_"),
        "statement": stage.placeholder_of(world.declarations[made_id].statement_id),
        "has_passed": reply.attributes["has_passed"],
        "superseded_by": stage.placeholder_of(world.declarations[made_id].superseded_by),
        "outcome": {
            "state": outcomes[-1].state,
            "completion_date": outcomes[-1].completion_date.isoformat(),
        }
        if outcomes
        else None,
    }


def _funding_of(cohort: Any) -> str:
    """`capped` where a cohort is told by its name alone."""
    return str(cohort["funding"]) if isinstance(cohort, dict) else "capped"


IDS = ("participant_id", "delivery_partner_id", "secondary_delivery_partner_id")


def _with_ids(stage: Stage, request: Json) -> Json:
    """The request with UUIDs in place of placeholders; what is blank or no text stays as it is."""
    return {
        name: stage.id_of(value) if name in IDS and isinstance(value, str) and value else value
        for name, value in request.items()
    }


def _stage_application(stage: Stage, given: Json, participant_id: str, cohort: str) -> Application:
    world, told, schedule = stage.world, given["application"], given["schedule"]
    record: Application = world.stage_application(
        stage.id_of("A1"),
        participant_id,
        lead_provider=told["lead_provider"],
        course=told["course"],
        cohort=cohort,
        status=told["status"],
        eligible_for_funding=bool(told["eligible_for_funding"]),
        funded_place=told.get("funded_place"),
        status_code=told.get("funding_status_code") or "funded",
        in_england=bool(told.get("in_england", True)),
        schedule=schedule and read_schedule(schedule),
        training_status=told.get("training_status"),
    )
    withdrawn = told.get("training_status") == "withdrawn"
    if withdrawn and told.get("withdrawn_at"):
        world.stage_training(record, "withdrawn", instant(told["withdrawn_at"]))
    if told.get("previously_funded"):
        former = f"{cohort_year(cohort) - 1}a"
        world.cohorts.setdefault(former, "full")
        world.stage_application(
            stage.id_of("A0"),
            participant_id,
            lead_provider="Former Provider",
            course=told["course"],
            cohort=former,
            status="accepted",
        )
    return record


def _stage_others(stage: Stage, given: Json, cohort: str) -> None:
    """Declarations of other accounts with the same TRN, each of an account of its own."""
    for number, made in enumerate(given.get("same_trn_other_people_declarations") or ()):
        other = stage.world.stage_person(
            stage.id_of(f"P{number + 20}"),
            trn=trn_of(given["application"]) or TRN,
            trn_verified=bool(made.get("trn_verified")),
        )
        record = stage.world.stage_application(
            stage.id_of(f"A{number + 20}"),
            other.participant_id,
            lead_provider=made.get("lead_provider", "Another Provider"),
            course=made["course"],
            cohort=cohort,
            status="accepted",
        )
        known: Json = {}
        if made.get("created_at"):
            known["created_at"] = instant(made["created_at"])
        if made.get("superseded_by"):
            known["superseded_by"] = stage.id_of(made["superseded_by"])
        stage.world.stage_declaration(
            stage.id_of(made.get("id") or f"other {number + 1}"),
            record,
            declaration_type=made["declaration_type"],
            state=made["state"],
            **known,
        )


def _stage_statements(stage: Stage, given: Json, caller: str, cohort: str) -> None:
    now = instant(given["now"]).date()
    for number, statement in enumerate(given.get("statements") or ()):
        deadline_on = day(statement["deadline_date"])
        stage.world.stage_statement(
            stage.id_of(statement.get("id") or f"statement {number + 1}"),
            caller,
            cohort,
            state=statement["state"],
            output_fee=bool(statement["output_fee"]),
            deadline_on=deadline_on,
            paid_on=max(deadline_on, now) + timedelta(days=31),
        )


def void(stage: Stage, given: Json) -> Json:
    """Take a declaration back."""
    told, caller = given["declaration"], given["caller"]
    at = now_of(given)
    if is_refunded(told) != (told["state"] in REFUNDABLE_STATES):
        raise NotStaged(f"a declaration that is {told['state']} has no such item")
    world = stage.clear()
    provider, holder = told["lead_provider"], given.get("transferred_application_now_with")
    for one in {caller, provider, holder} - {None}:
        stage.admit(one)
    cohort = f"{told['cohort_start_year']}b"
    world.cohorts[cohort] = "capped"
    person = world.stage_person(stage.id_of("P1"), trn=TRN, trn_verified=True)
    record = world.stage_application(
        stage.id_of("A1"),
        person.participant_id,
        lead_provider=holder or provider,
        course=told["course"],
        cohort=cohort,
        status="accepted",
        schedule=schedules_of_cohort(cohort)[0],
    )
    following = given.get("next_output_fee_statement")
    if following:
        deadline = at.date() + timedelta(days=30)
        world.stage_statement(
            stage.id_of(following), provider, cohort, deadline_on=deadline, paid_on=LATE
        )
    original = None
    if told.get("statement_item_state"):
        original = stage.id_of("original statement")
        known = {"deadline_on": LATE, "paid_on": LATE, "state": "paid"}
        world.stage_statement(original, provider, cohort, **known)
    declaration = world.stage_declaration(
        stage.id_of("D1"),
        record,
        lead_provider=provider,
        declaration_type=told["declaration_type"],
        state=told["state"],
        statement_id=original,
    )
    if told["state"] in ("awaiting_clawback", "clawed_back") and following:
        world.attach_clawback(declaration, stage.id_of(following))
    if given.get("latest_outcome"):
        completed_on = at.date() - timedelta(days=30)
        world.stage_outcome(stage.id_of("O1"), declaration, given["latest_outcome"], completed_on)
    before = len(world.outcomes_of(declaration.declaration_id))
    path = f"participant-declarations/{declaration.declaration_id}/void"
    reply = stage.ask("PUT", path, caller=caller, at=at)
    added = world.outcomes_of(declaration.declaration_id)[before:]
    return reply.told() | {
        "state": declaration.state,
        "clawback_statement": stage.placeholder_of(declaration.clawback_statement_id),
        "new_outcome": added[-1].state if added else None,
        "has_passed": _has_passed(reply.body),
    }


def _has_passed(body: Any) -> bool | None:
    told = body.get("data") if isinstance(body, dict) else None
    return told["attributes"]["has_passed"] if told else None
