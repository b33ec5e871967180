"""Programmes as they are designed, and when schools are closed."""

from headship_contracts.sessions.programme import (
    GetClosures,
    GetTemplate,
    ImportTerms,
    ListTemplates,
    ListTermDates,
    PutTemplate,
    SchoolClosures,
    TemplateList,
    TemplateRecord,
    TemplateText,
    TermDatePage,
    TermsReport,
)
from kit import Transaction, rpc
from sessions import templates, terms


class Programme:
    @rpc(PutTemplate)
    def put_template(self, tx: Transaction, request: PutTemplate) -> TemplateRecord:
        """Put a course's template in force, or only look at it."""
        return templates.put(tx, request)

    @rpc(GetTemplate)
    def get_template(self, tx: Transaction, request: GetTemplate) -> TemplateText:
        """A template as a file."""
        return templates.get(tx, request)

    @rpc(ListTemplates)
    def list_templates(self, tx: Transaction, _request: ListTemplates) -> TemplateList:
        """Which courses have a template."""
        return templates.list_templates(tx)

    @rpc(ImportTerms)
    def import_terms(self, tx: Transaction, request: ImportTerms) -> TermsReport:
        """Take in term dates of authorities and schools."""
        return terms.import_terms(tx, request)

    @rpc(ListTermDates)
    def list_term_dates(self, tx: Transaction, request: ListTermDates) -> TermDatePage:
        """Term dates that are known."""
        return terms.list_term_dates(tx, request)

    @rpc(GetClosures)
    def get_closures(self, tx: Transaction, request: GetClosures) -> SchoolClosures:
        """When a school is closed."""
        return terms.get_closures(tx, request)
