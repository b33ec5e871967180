"""Appeals against released results."""

from assessment import appeals
from assessment.roles import WITHIN
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.appeals import (
    AppealPage,
    AppealRecord,
    DecideAppeal,
    EscalateAppeal,
    FileAppeal,
    GetAppeal,
    ListAppeals,
    WithdrawAppeal,
)
from kit import Transaction, rpc


class Appeals:
    settings: AssessmentSettings

    @rpc(FileAppeal, allowed=WITHIN)
    def file_appeal(self, tx: Transaction, request: FileAppeal) -> AppealRecord:
        """Take an appeal; its clerical check begins."""
        return appeals.file(tx, request, self.settings)

    @rpc(DecideAppeal, allowed=WITHIN)
    def decide_appeal(self, tx: Transaction, request: DecideAppeal) -> AppealRecord:
        """Decide an appeal's stage; a changed result is told again."""
        return appeals.decide(tx, request, self.settings)

    @rpc(EscalateAppeal, allowed=WITHIN)
    def escalate_appeal(self, tx: Transaction, request: EscalateAppeal) -> AppealRecord:
        """Begin the next stage of a dismissed appeal."""
        return appeals.escalate(tx, request, self.settings)

    @rpc(WithdrawAppeal, allowed=WITHIN)
    def withdraw_appeal(self, tx: Transaction, request: WithdrawAppeal) -> AppealRecord:
        """Take an appeal back."""
        return appeals.withdraw(tx, request)

    @rpc(GetAppeal, allowed=WITHIN)
    def get_appeal(self, tx: Transaction, request: GetAppeal) -> AppealRecord:
        """Show an appeal with its stages."""
        return appeals.get(tx, request)

    @rpc(ListAppeals, allowed=WITHIN)
    def list_appeals(self, tx: Transaction, request: ListAppeals) -> AppealPage:
        """List appeals."""
        return appeals.list_all(tx, request)
