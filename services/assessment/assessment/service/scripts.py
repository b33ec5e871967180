"""Scripts as the assessment lead sees them."""

from assessment import holds, scripts
from assessment.roles import WITHIN
from headship_contracts.assessment.holds import HoldScript, LiftHold
from headship_contracts.assessment.marking import (
    DecisionPage,
    ListDecisions,
    ListScripts,
    ScriptPage,
)
from headship_contracts.messages import Done
from kit import Transaction, rpc


class Scripts:
    @rpc(ListScripts, allowed=WITHIN)
    def list_scripts(self, tx: Transaction, request: ListScripts) -> ScriptPage:
        """List a window's scripts for the assessment lead."""
        return scripts.list_all(tx, request)

    @rpc(ListDecisions, allowed=WITHIN)
    def list_decisions(self, tx: Transaction, request: ListDecisions) -> DecisionPage:
        """List all that was decided about a script."""
        return scripts.list_decisions(tx, request)

    @rpc(HoldScript, allowed=WITHIN)
    def hold_script(self, tx: Transaction, request: HoldScript) -> Done:
        """Keep back a script's result."""
        return holds.hold(tx, request)

    @rpc(LiftHold, allowed=WITHIN)
    def lift_hold(self, tx: Transaction, request: LiftHold) -> Done:
        """Let a held script's result go."""
        return holds.lift(tx, request)
