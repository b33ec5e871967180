"""The way to a place: rules, steps, and people who may be one."""

from datetime import datetime, time, timedelta

from enrolment.admissions import duplicates, policies, steps
from enrolment.settings import EnrolmentSettings
from headship_contracts.enrolment import admissions as contracts
from headship_contracts.messages import Done
from kit import Database, Transaction, http, rpc, timer
from kit.pages import Request, Response

FORM_BYTES = 65_536
"""Of a form: three times the longest answer, however it is encoded."""


class Admissions:
    db: Database
    settings: EnrolmentSettings

    @rpc(contracts.PublishAdmissionPolicy)
    def publish_admission_policy(
        self, tx: Transaction, request: contracts.PublishAdmissionPolicy
    ) -> contracts.AdmissionPolicy:
        """Give a course its next rules of admission."""
        return policies.publish(tx, request)

    @rpc(contracts.ListAdmissionPolicies)
    def list_admission_policies(
        self, tx: Transaction, request: contracts.ListAdmissionPolicies
    ) -> contracts.AdmissionPolicyPage:
        """Every version of the rules."""
        return policies.list_policies(tx, request)

    @rpc(contracts.RecordAdmissionStep)
    def record_admission_step(
        self, tx: Transaction, request: contracts.RecordAdmissionStep
    ) -> contracts.AdmissionStepRecord:
        """Record a statement, an endorsement, or suitability."""
        return steps.record(tx, request)

    @rpc(contracts.ListAdmissionSteps)
    def list_admission_steps(
        self, tx: Transaction, request: contracts.ListAdmissionSteps
    ) -> contracts.AdmissionStepPage:
        """What was recorded."""
        return steps.list_steps(tx, request)

    @rpc(contracts.MakeAdmissionLink)
    def make_admission_link(
        self, tx: Transaction, request: contracts.MakeAdmissionLink
    ) -> contracts.AdmissionLink:
        """A link by which somebody else answers a step."""
        return steps.make_link(tx, request, self.settings.public_url)

    @rpc(contracts.RevokeAdmissionLink)
    def revoke_admission_link(
        self, tx: Transaction, request: contracts.RevokeAdmissionLink
    ) -> Done:
        """The link is no longer good."""
        return steps.revoke_link(tx, request)

    @http("GET", "/admissions/<step>/<token>")
    def admission_form(self, _request: Request, step: str, token: str) -> Response:
        """The form of a step, for whoever has the link."""
        with self.db.transaction() as tx:
            return steps.show_form(tx, step, token)

    @http("POST", "/admissions/<step>/<token>", most_bytes=FORM_BYTES)
    def admission_answer(self, request: Request, step: str, token: str) -> Response:
        """The answer to a step."""
        sent = request.form.to_dict()
        with self.db.transaction() as tx:
            return steps.take_form(tx, step, token, sent)

    # people who may be the same

    @rpc(contracts.FindLikelyDuplicates)
    def find_likely_duplicates(
        self, tx: Transaction, _request: contracts.FindLikelyDuplicates
    ) -> contracts.DuplicatesFound:
        """Look for people who may be one."""
        return duplicates.find(tx)

    @timer(every=timedelta(days=1), at=time(4, 50), missed="skip")
    def look_for_duplicates(self, at: datetime) -> None:
        """The same, each night."""
        with self.db.transaction(at=at) as tx:
            duplicates.find(tx)

    @rpc(contracts.ListLikelyDuplicates)
    def list_likely_duplicates(
        self, tx: Transaction, request: contracts.ListLikelyDuplicates
    ) -> contracts.DuplicatePage:
        """Pairs that a person should look at."""
        return duplicates.list_pairs(tx, request)

    @rpc(contracts.DismissLikelyDuplicate)
    def dismiss_likely_duplicate(
        self, tx: Transaction, request: contracts.DismissLikelyDuplicate
    ) -> contracts.DuplicateRecord:
        """These are two people."""
        return duplicates.dismiss(tx, request)
