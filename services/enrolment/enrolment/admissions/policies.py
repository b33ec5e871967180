"""The rules of admission of each course, version by version."""

from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays as PackagedBankHolidays
from sqlalchemy import select

from enrolment.domain import waitlist
from enrolment.domain.dfe.courses import GROUPS
from enrolment.domain.revisions import check_revision
from enrolment.domain.working_days import BankHolidays
from enrolment.models import AdmissionPolicy
from headship_contracts.enrolment import admissions as contracts
from headship_contracts.enrolment.admissions import (
    AdmissionPolicyPage,
    ListAdmissionPolicies,
    PublishAdmissionPolicy,
)
from headship_contracts.errors import Invalid
from kit import Transaction
from kit.metrics import tell_bank_holidays_end
from kit.paging import page


def publish(tx: Transaction, request: PublishAdmissionPolicy) -> contracts.AdmissionPolicy:
    """Give a course its next version; the same rules again are no new version."""
    if request.course not in GROUPS:
        problem = {"course": [f"{request.course} is none of the courses known here"]}
        raise Invalid("invalid_fields", "the policy is not right", problem)
    criteria = {"conditions": request.conditions, "bands": request.bands}
    waitlist.check_policy(request.required_steps, criteria)
    if request.tie_break == "lottery" and not request.seed:
        problem = {"seed": ["is needed for a lottery: say it before anybody applies"]}
        raise Invalid("invalid_fields", "the policy is not right", problem)
    newest = _newest(tx, request.course)
    check_revision(newest.version if newest else 0, request.if_revision)
    told = {
        "required_steps": sorted(set(request.required_steps), key=waitlist.STEPS.index),
        "conditions": request.conditions,
        "bands": request.bands,
        "tie_break": request.tie_break,
        "seed": request.seed,
        "offer_working_days": request.offer_working_days,
        "policy_text": request.policy_text,
    }
    if newest is not None and all(getattr(newest, name) == told[name] for name in told):
        return _record(newest)
    published = AdmissionPolicy(
        course=request.course,
        version=newest.version + 1 if newest else 1,
        published_by=tx.caller.name,
        published_at=tx.at,
        **told,
    )
    tx.add(published)
    return _record(published)


def list_policies(tx: Transaction, request: ListAdmissionPolicies) -> AdmissionPolicyPage:
    """By course and version, newest first."""
    wanted = select(AdmissionPolicy)
    if request.course is not None:
        wanted = wanted.where(AdmissionPolicy.course == request.course)
    keys = (AdmissionPolicy.course.desc(), AdmissionPolicy.version.desc())
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return AdmissionPolicyPage(items=[_record(policy) for policy in found], next_cursor=cursor)


def policy_of(tx: Transaction, course: str) -> waitlist.Policy:
    """The rules in force; a course without any has no steps, no bands and first come, first."""
    found = _newest(tx, course)
    if found is None:
        return waitlist.Policy()
    return waitlist.Policy(
        version=found.version,
        required_steps=tuple(found.required_steps),
        conditions=tuple(found.conditions),
        bands=tuple(found.bands),
        tie_break=found.tie_break,
        seed=found.seed or "",
        offer_working_days=found.offer_working_days,
    )


@cache
def bank_holidays() -> BankHolidays:
    """GOV.UK's bank holidays as packaged: nothing is fetched."""
    packaged = PackagedBankHolidays(use_cached_holidays=True)
    found = packaged.get_holidays(division=PackagedBankHolidays.ENGLAND_AND_WALES)
    days = frozenset(holiday["date"] for holiday in found)
    # GOV.UK publishes whole years: what it tells of the last year, it tells until its end.
    return BankHolidays(days, max(days).replace(month=12, day=31))


tell_bank_holidays_end("enrolment", lambda: bank_holidays().known_until)


def _newest(tx: Transaction, course: str) -> AdmissionPolicy | None:
    of_course = select(AdmissionPolicy).where(AdmissionPolicy.course == course)
    return tx.scalars(of_course.order_by(AdmissionPolicy.version.desc()).limit(1)).first()


def _record(of: AdmissionPolicy) -> contracts.AdmissionPolicy:
    return contracts.AdmissionPolicy(
        course=of.course,
        version=of.version,
        required_steps=of.required_steps,
        conditions=of.conditions,
        bands=of.bands,
        tie_break=of.tie_break,
        seed=of.seed,
        offer_working_days=of.offer_working_days,
        policy_text=of.policy_text,
        published_by=of.published_by,
        published_at=of.published_at,
    )
