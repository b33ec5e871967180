"""Declarations of another lead provider: they come with an application that was transferred."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from enrolling import autumn_schedule
from sqlalchemy import update

from dfe_simulator.planning import OTHER_PROVIDER
from dfe_simulator.records import Declaration as AtDfe
from enrolment.models import Declaration
from headship_contracts.enrolment.batches import VoidDeclaration
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.enrolment.training import ChangeDeliveryPartner
from headship_contracts.errors import Refused


@pytest.fixture
def transferred(enrolling):
    """An application with a `started` that another provider made, beside one with ours."""
    with_ours = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(with_ours, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    application = enrolling.accepted(1)
    declared_at_dfe_by(OTHER_PROVIDER, enrolling, application)
    return enrolling.application(application.application_id)


def declared_at_dfe_by(provider, enrolling, application):
    at = datetime(2026, 10, 9, 9, tzinfo=UTC)
    enrolling.dfe.world.add_declaration(
        AtDfe(
            declaration_id=str(uuid4()),
            application_id=str(application.dfe_application_id),
            lead_provider=provider,
            cohort=application.cohort,
            declaration_type="started",
            declared_at=at,
            state="eligible",
            delivery_partner_id=None,
            secondary_delivery_partner_id=None,
            created_at=at,
            updated_at=enrolling.at,
        )
    )
    enrolling.sync()


def void(enrolling, declaration):
    request = VoidDeclaration(declaration_id=declaration.declaration_id, reason="a mistake")
    return enrolling.call(request)


def of(enrolling, application):
    return enrolling.declarations(application_id=application.application_id)


def another_hub(enrolling, application):
    hubs = enrolling.call(ListDeliveryPartners()).items
    return next(h for h in hubs if h.delivery_partner_id != application.delivery_partner_id)


def test_what_another_provider_declared_is_not_taken_back(enrolling, transferred):
    (theirs,) = of(enrolling, transferred)

    with pytest.raises(Refused) as refused:
        void(enrolling, theirs)

    assert list(refused.value.fields) == ["Cannot modify declaration"]
    assert of(enrolling, transferred) == [theirs]
    assert "void" not in [write.kind for write in enrolling.writes()]


def test_what_another_provider_declared_is_known_by_our_own_name_before_we_declare(enrolling):
    own = replace(enrolling.service.settings, dfe_lead_provider=enrolling.dfe.plan.lead_provider)
    enrolling.service.settings = own
    enrolling.call(autumn_schedule())
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    application = enrolling.accepted()
    declared_at_dfe_by(OTHER_PROVIDER, enrolling, application)
    (theirs,) = of(enrolling, application)
    hub = another_hub(enrolling, application)

    with pytest.raises(Refused) as refused:
        void(enrolling, theirs)
    enrolling.call(
        ChangeDeliveryPartner(
            application_id=application.application_id, delivery_partner_id=hub.delivery_partner_id
        )
    )

    assert list(refused.value.fields) == ["Cannot modify declaration"]
    assert {write.kind for write in enrolling.writes()} == {"accept"}


def test_another_hub_is_not_put_on_what_another_provider_declared(enrolling, transferred):
    hub = another_hub(enrolling, transferred)

    changed = enrolling.call(
        ChangeDeliveryPartner(
            application_id=transferred.application_id, delivery_partner_id=hub.delivery_partner_id
        )
    )

    assert changed.delivery_partner_id == hub.delivery_partner_id
    assert "change_delivery_partner" not in [write.kind for write in enrolling.writes()]


def test_what_we_declared_by_another_way_is_taken_back(enrolling, transferred):
    another = enrolling.accepted(2)
    declared_at_dfe_by(enrolling.dfe.plan.lead_provider, enrolling, another)
    (ours,) = of(enrolling, another)

    void(enrolling, ours)
    enrolling.push()

    assert [made.state for made in of(enrolling, another)] == ["voided"]


def test_where_dfe_has_not_told_who_declared_it_is_asked(enrolling, transferred):
    (theirs,) = of(enrolling, transferred)
    with enrolling.db.transaction() as tx:
        tx.execute(update(Declaration).values(lead_provider=None))

    void(enrolling, theirs)
    enrolling.push()

    (kept,) = of(enrolling, transferred)
    assert (kept.state, kept.decision) == ("eligible", None)
    assert kept.declaration_id == theirs.declaration_id
