"""Those who mark, and the standard that they mark by."""

from assessment import assessors, comments, marking_links, standardisation
from assessment.roles import WITHIN
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.assessors import (
    AssessorPage,
    AssessorRecord,
    ConflictPage,
    ConflictRecord,
    DeclareConflict,
    ListAssessors,
    ListConflicts,
    MakeMarkingLink,
    MarkingLink,
    MarkingLinks,
    RevokeMarkingLink,
    SetAssessor,
    StopAssessor,
    WithdrawConflict,
)
from headship_contracts.assessment.standardisation import (
    AddReferenceScript,
    BankComment,
    BankedComment,
    BankPage,
    CheckPage,
    GetStandardisation,
    ListChecks,
    ListComments,
    ListReferenceScripts,
    ReferencePage,
    ReferenceRecord,
    RetireComment,
    RetireReferenceScript,
    Standardisation,
    StartStandardisation,
)
from headship_contracts.links import LinksFound
from headship_contracts.messages import Done
from kit import Transaction, rpc


class Assessors:
    settings: AssessmentSettings

    @rpc(SetAssessor, allowed=WITHIN)
    def set_assessor(self, tx: Transaction, request: SetAssessor) -> AssessorRecord:
        """Settle capacity, training and probation."""
        return assessors.settle(tx, request, probation=self.settings.probation_scripts)

    @rpc(StopAssessor, allowed=WITHIN)
    def stop_assessor(self, tx: Transaction, request: StopAssessor) -> AssessorRecord:
        """Give a marker no more scripts."""
        return assessors.stop(tx, request, probation=self.settings.probation_scripts)

    @rpc(ListAssessors, allowed=WITHIN)
    def list_assessors(self, tx: Transaction, request: ListAssessors) -> AssessorPage:
        """List what is settled for markers."""
        return assessors.list_all(tx, request)

    @rpc(DeclareConflict, allowed=WITHIN)
    def declare_conflict(self, tx: Transaction, request: DeclareConflict) -> ConflictRecord:
        """Keep a marker off a person, school, trust or hub."""
        return assessors.declare(tx, request)

    @rpc(WithdrawConflict, allowed=WITHIN)
    def withdraw_conflict(self, tx: Transaction, request: WithdrawConflict) -> Done:
        """End a declared conflict."""
        return assessors.withdraw(tx, request)

    @rpc(ListConflicts, allowed=WITHIN)
    def list_conflicts(self, tx: Transaction, request: ListConflicts) -> ConflictPage:
        """List what a marker declared."""
        return assessors.list_conflicts(tx, request)

    @rpc(MakeMarkingLink, allowed=WITHIN)
    def make_marking_link(self, tx: Transaction, request: MakeMarkingLink) -> MarkingLink:
        """Give a marker's pages a new address."""
        return marking_links.make(
            tx, request, self.settings.public_url, probation=self.settings.probation_scripts
        )

    @rpc(MarkingLinks, allowed=("service", "operator"))
    def marking_links(self, tx: Transaction, request: MarkingLinks) -> LinksFound:
        """The addresses that messages to markers carry."""
        return marking_links.told(
            tx, request, self.settings.public_url, probation=self.settings.probation_scripts
        )

    @rpc(RevokeMarkingLink, allowed=WITHIN)
    def revoke_marking_link(self, tx: Transaction, request: RevokeMarkingLink) -> Done:
        """Let no address of a marker's pages be good."""
        return marking_links.revoke(tx, request, probation=self.settings.probation_scripts)

    @rpc(AddReferenceScript, allowed=WITHIN)
    def add_reference_script(self, tx: Transaction, request: AddReferenceScript) -> ReferenceRecord:
        """Keep a script with definitive marks."""
        return standardisation.add(tx, request)

    @rpc(RetireReferenceScript, allowed=WITHIN)
    def retire_reference_script(self, tx: Transaction, request: RetireReferenceScript) -> Done:
        """Use a reference script no more."""
        return standardisation.retire(tx, request)

    @rpc(ListReferenceScripts, allowed=WITHIN)
    def list_reference_scripts(
        self, tx: Transaction, request: ListReferenceScripts
    ) -> ReferencePage:
        """List a paper's reference scripts."""
        return standardisation.list_references(tx, request)

    @rpc(StartStandardisation, allowed=WITHIN)
    def start_standardisation(
        self, tx: Transaction, request: StartStandardisation
    ) -> Standardisation:
        """Put standardisation scripts on a marker's desk."""
        return standardisation.start(tx, request)

    @rpc(GetStandardisation, allowed=WITHIN)
    def get_standardisation(self, tx: Transaction, request: GetStandardisation) -> Standardisation:
        """Tell whether a marker may mark a paper."""
        return standardisation.get(tx, request)

    @rpc(ListChecks, allowed=WITHIN)
    def list_checks(self, tx: Transaction, request: ListChecks) -> CheckPage:
        """List what markers made of reference scripts."""
        return standardisation.list_checks(tx, request)

    @rpc(BankComment, allowed=WITHIN)
    def bank_comment(self, tx: Transaction, request: BankComment) -> BankedComment:
        """Keep a comment to be used again."""
        return comments.bank(tx, request)

    @rpc(RetireComment, allowed=WITHIN)
    def retire_comment(self, tx: Transaction, request: RetireComment) -> Done:
        """Offer a comment no more."""
        return comments.retire(tx, request)

    @rpc(ListComments, allowed=WITHIN)
    def list_comments(self, tx: Transaction, request: ListComments) -> BankPage:
        """List a paper's comments."""
        return comments.list_all(tx, request)
