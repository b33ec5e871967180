"""What DfE pays: contracts, statements, income, forecast, reconciliation."""

from enrolment.money import contracts, forecast, income, reconciliation, statements
from enrolment.settings import EnrolmentSettings
from headship_contracts.enrolment.money import (
    AdjustmentRecord,
    AdjustStatement,
    ContractPage,
    ContractRecord,
    DifferencePage,
    ForecastIncome,
    ForecastRecord,
    IncomeRecord,
    ListContracts,
    ListDifferences,
    ListStatements,
    PublishStatements,
    RemoveAdjustment,
    SetContract,
    StatementIncome,
    StatementPage,
    StatementsPublished,
)
from headship_contracts.messages import Done
from kit import Transaction, rpc


class Money:
    settings: EnrolmentSettings

    @rpc(SetContract)
    def set_contract(self, tx: Transaction, request: SetContract) -> ContractRecord:
        """DfE's terms for a course, from a month on."""
        return contracts.set_contract(tx, request)

    @rpc(ListContracts)
    def list_contracts(self, tx: Transaction, request: ListContracts) -> ContractPage:
        """The terms that are known."""
        return contracts.list_contracts(tx, request)

    @rpc(PublishStatements)
    def publish_statements(
        self, tx: Transaction, request: PublishStatements
    ) -> StatementsPublished:
        """The calendar of a cohort's statements."""
        return statements.publish_statements(tx, request)

    @rpc(ListStatements)
    def list_statements(self, tx: Transaction, request: ListStatements) -> StatementPage:
        """Statements, and what DfE says of them."""
        return statements.list_statements(tx, request)

    @rpc(AdjustStatement)
    def adjust_statement(self, tx: Transaction, request: AdjustStatement) -> AdjustmentRecord:
        """An amount that DfE adds or takes off."""
        return statements.adjust_statement(tx, request)

    @rpc(RemoveAdjustment)
    def remove_adjustment(self, tx: Transaction, request: RemoveAdjustment) -> Done:
        """Not so, after all."""
        return statements.remove_adjustment(tx, request)

    @rpc(StatementIncome)
    def statement_income(self, tx: Transaction, request: StatementIncome) -> IncomeRecord:
        """What a statement comes to."""
        return income.statement_income(tx, request)

    @rpc(ForecastIncome)
    def forecast_income(self, tx: Transaction, request: ForecastIncome) -> ForecastRecord:
        """What a cohort is to bring in."""
        return forecast.forecast_income(tx, request, self.settings.assumed_retention)

    @rpc(ListDifferences)
    def list_differences(self, tx: Transaction, request: ListDifferences) -> DifferencePage:
        """What DfE pays otherwise than expected."""
        return reconciliation.list_differences(tx, request)
