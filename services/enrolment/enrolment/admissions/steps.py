"""The provider's own steps before an acceptance, and the links by which others answer them."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from enrolment import queries
from enrolment.admissions import forms, policies
from enrolment.domain.revisions import check_revision
from enrolment.domain.waitlist import STEPS
from enrolment.models import AdmissionStep, Application
from headship_contracts.enrolment.admissions import (
    AdmissionLink,
    AdmissionStepPage,
    AdmissionStepRecord,
    ListAdmissionSteps,
    MakeAdmissionLink,
    RecordAdmissionStep,
    RevokeAdmissionLink,
)
from headship_contracts.errors import NotFound, Refused
from headship_contracts.messages import Done
from headship_contracts.records import APPLICATION
from kit import Transaction, links
from kit.audit.trail import CHANGE
from kit.pages import Response
from kit.paging import page

BY_RPC, BY_LINK, BY_CSV = "rpc", "link", "csv"


def check_steps(tx: Transaction, application: Application) -> None:
    """Raises Refused, naming each step that the course asks for and that is not met."""
    required = policies.policy_of(tx, application.course).required_steps
    if not required:
        return
    wanted = select(AdmissionStep).where(AdmissionStep.application_id == application.id)
    outcome = {found.step: found.outcome for found in tx.scalars(wanted)}
    told = {None: "is missing", "not_met": "is not met"}
    problems = {s: [told[outcome.get(s)]] for s in required if outcome.get(s) != "met"}
    if problems:
        raise Refused("steps_missing", "before an acceptance this course asks for more", problems)


def record(tx: Transaction, request: RecordAdmissionStep) -> AdmissionStepRecord:
    """Record or correct a step."""
    application = queries.lock_application(tx, request.application_id)
    check_pending(application)
    known = tx.get(AdmissionStep, (application.id, request.step), populate_existing=True)
    check_revision(known.revision if known else 0, request.if_revision)
    step = keep(
        tx,
        application.id,
        request.step,
        {"outcome": request.outcome, "answer": request.answer, "given_by": request.given_by},
        via=BY_RPC,
    )
    return _record(step)


def keep(
    tx: Transaction,
    application_id: UUID,
    name: str,
    said: Mapping[str, str | None],
    *,
    via: str,
) -> AdmissionStep:
    """Write down what was said of a step. The application is locked."""
    step = _step(tx, application_id, name)
    step.outcome, step.answer, step.given_by = said["outcome"], said["answer"], said["given_by"]
    step.via, step.recorded_at = via, tx.at
    step.recorded_by = tx.caller.name
    step.revision = tx.next_revision(step.revision)
    return step


def list_steps(tx: Transaction, request: ListAdmissionSteps) -> AdmissionStepPage:
    """By application and name."""
    wanted = select(AdmissionStep)
    for name in ("application_id", "step", "outcome"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(AdmissionStep, name) == value)
    if request.course is not None or request.cohort is not None:
        wanted = wanted.join(Application, Application.id == AdmissionStep.application_id)
        for name in ("course", "cohort"):
            if (value := getattr(request, name)) is not None:
                wanted = wanted.where(getattr(Application, name) == value)
    keys = (AdmissionStep.application_id, AdmissionStep.step)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return AdmissionStepPage(items=[_record(step) for step in found], next_cursor=cursor)


def make_link(tx: Transaction, request: MakeAdmissionLink, public_url: str) -> AdmissionLink:
    """A new link; the one before it is no longer good."""
    application = queries.lock_application(tx, request.application_id)
    check_pending(application)
    step = _step(tx, application.id, request.step)
    expires_at = tx.at + timedelta(days=request.days)
    step.link_number, step.link_expires_at = step.link_number + 1, expires_at
    step.revision = tx.next_revision(step.revision)
    subject = f"{application.id}:{step.link_number}"
    token = links.sign(_purpose(step.step), subject, expires_at)
    return AdmissionLink(
        application_id=application.id,
        step=step.step,
        url=f"{public_url.rstrip('/')}/admissions/{step.step}/{token}",
        expires_at=expires_at,
    )


def revoke_link(tx: Transaction, request: RevokeAdmissionLink) -> Done:
    """No link of this step is good any more."""
    queries.lock_application(tx, request.application_id)
    step = tx.get(AdmissionStep, (request.application_id, request.step), populate_existing=True)
    if step is not None and step.link_expires_at is not None:
        step.link_expires_at = None
        step.link_number += 1
        step.revision = tx.next_revision(step.revision)
    return Done()


def show_form(tx: Transaction, name: str, token: str) -> Response:
    """The form of a link."""
    application, _ = _behind(tx, name, token)
    return forms.form(name, *about(application), {})


def take_form(tx: Transaction, name: str, token: str, sent: Mapping[str, str]) -> Response:
    """Keep what was sent; the link is used up with it."""
    application, step = _behind(tx, name, token)
    said, problems = forms.read(name, sent)
    if problems:
        return forms.form(name, *about(application), said, problems)
    tx.audit([(CHANGE, APPLICATION, application.id)])
    keep(tx, application.id, name, said, via=BY_LINK)
    step.link_expires_at = None
    return forms.thanks(name)


def check_pending(application: Application) -> None:
    """Raises Refused once the application is decided."""
    if application.status != "pending" or application.decision is not None:
        raise Refused("already_decided", f"it is {application.decision or application.status}")


def _behind(tx: Transaction, name: str, token: str) -> tuple[Application, AdmissionStep]:
    """What a link is about. Raises NotFound, or Refused when it is no longer good."""
    if name not in STEPS:
        raise NotFound("link_unknown")
    application_id, _, number = links.read(_purpose(name), token, tx.at).partition(":")
    application = queries.lock_application(tx, UUID(application_id))
    step = tx.get(AdmissionStep, (application.id, name), populate_existing=True)
    if step is None or step.link_number != int(number):
        raise Refused("link_expired", "a newer one was sent, or it was revoked")
    if step.link_expires_at is None:
        raise Refused("link_used", "we have your answer already")
    check_pending(application)
    return application, step


def about(application: Application) -> tuple[str, str]:
    """Name and course, for whoever reads a page."""
    course = application.course.removeprefix("npq-").replace("-", " ")
    return application.participant.full_name, f"NPQ {course}"


def _purpose(name: str) -> str:
    return f"admission_{name}"


def _step(tx: Transaction, application_id: UUID, name: str) -> AdmissionStep:
    step = tx.get(AdmissionStep, (application_id, name), populate_existing=True)
    if step is None:
        step = AdmissionStep(application_id=application_id, step=name, link_number=0, revision=0)
        tx.add(step)
    return step


def _record(of: AdmissionStep) -> AdmissionStepRecord:
    return AdmissionStepRecord(
        application_id=of.application_id,
        step=of.step,
        outcome=of.outcome,
        answer=of.answer,
        given_by=of.given_by,
        via=of.via,
        recorded_by=of.recorded_by,
        recorded_at=of.recorded_at,
        link_expires_at=of.link_expires_at,
        revision=of.revision,
    )
