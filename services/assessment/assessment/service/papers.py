"""Papers: case studies with their mark schemes."""

from assessment import papers
from assessment.roles import WITHIN
from headship_contracts.assessment.papers import (
    GetPaper,
    ListPapers,
    PaperPage,
    PaperRecord,
    PaperToSit,
    PublishPaper,
)
from kit import Transaction, rpc


class Papers:
    @rpc(PublishPaper, allowed=WITHIN)
    def publish_paper(self, tx: Transaction, request: PublishPaper) -> PaperRecord:
        """Publish a case study and its mark scheme."""
        return papers.publish(tx, request)

    @rpc(ListPapers, allowed=WITHIN)
    def list_papers(self, tx: Transaction, request: ListPapers) -> PaperPage:
        """List papers."""
        return papers.list_all(tx, request)

    @rpc(GetPaper, allowed=WITHIN)
    def get_paper(self, tx: Transaction, request: GetPaper) -> PaperToSit:
        """Show a candidate the paper while the window is open."""
        return papers.show(tx, request)
